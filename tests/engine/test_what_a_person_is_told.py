"""Refresh, rotated keys, renames, tasks read by their id: what the output and the state say."""

from __future__ import annotations

import os
import shutil

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder


@pytest.fixture
def ended(stack: Stack, recorder: Recorder) -> str:
    """A recording that has ended since the last run: its TaskId."""
    stack.program('recording("lobby")')
    stack.up()
    task = stack.task_ids()["lobby"]
    recorder.advance(60)
    recorder.end(task)
    return task


def test_a_refresh_that_finds_a_recording_ended_says_which_and_since_when(
    stack: Stack, ended: str
) -> None:
    before = stack.outputs("lobby")
    said = stack.refresh().text
    assert f"recording 'lobby' (RecordId {before['record_id']}, TaskId {ended}) has ended" in said
    assert f"started at {before['started_at']}, seen ended at 20" in said
    assert "1 updated" in said
    again = stack.run("refresh", "--yes", "--skip-preview", "--expect-no-changes").text
    assert "has ended" not in again


def test_an_ended_recording_fails_a_refresh_that_expects_no_changes(
    stack: Stack, ended: str
) -> None:
    looked = ("refresh", "--preview-only", "--expect-no-changes")
    assert ended in stack.run(*looked, expect=1).text
    assert ended in stack.run(*looked, "--run-program", expect=1).text
    assert stack.outputs("lobby")["status"] == "recording"


def test_a_running_recording_passes_a_refresh_that_expects_no_changes(stack: Stack) -> None:
    stack.program('recording("lobby")')
    stack.up()
    looked = ("refresh", "--preview-only", "--expect-no-changes")
    assert "has ended" not in stack.run(*looked).text
    assert "2 unchanged" in stack.up("--refresh").text


def test_a_refresh_before_an_up_says_it_too_and_leaves_nothing_to_update(
    stack: Stack, ended: str
) -> None:
    assert f"TaskId {ended}) has ended" in stack.up("--refresh").text
    assert "2 unchanged" in stack.up().text


def test_an_ended_recording_that_the_next_up_restarts_is_told(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", restart_policy="always")')
    stack.up()
    recorder.advance(60)
    recorder.end(stack.task_ids()["lobby"])
    looked = stack.run("refresh", "--preview-only", "--expect-no-changes", expect=1).text
    assert "The next `pulumi up` starts a new one" in looked


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_keys_that_were_rotated_since_the_last_up_are_told_with_the_way_out(
    stack: Stack, recorder: Recorder, command: str
) -> None:
    right = stack.environment["TENCENTCLOUD_SECRET_KEY"]
    stack.program('recording("lobby")')
    stack.up()
    stack.environment["TENCENTCLOUD_SECRET_KEY"] = "rotated-away"
    told = stack.run(command, "--yes", "--skip-preview", expect=1).text
    assert "AuthFailure.SignatureFailure" in told
    assert "use the keys of the last `pulumi up`" in told
    assert "--run-program" in told
    assert "correct trtc:secretKey" not in told
    stack.environment["TENCENTCLOUD_SECRET_KEY"] = right
    stack.destroy()
    assert live(recorder) == set()


KEYED = """keyed = recording("keyed", storage_params={"cloud_storage": {
    **COS["cloud_storage"], "access_key": "a", "secret_key": "b"}})
"""
VOD = 'recording("vod", storage_params={"cloud_vod": {"tencent_vod": {"media_type": 0}}})'


@pytest.mark.parametrize("declared", [KEYED, VOD], ids=["unchanged, with keys", "new, on VOD"])
def test_without_credentials_the_preview_of_any_recording_fails(
    stack: Stack, declared: str
) -> None:
    stack.program(KEYED)
    stack.up()
    for name in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"):
        del stack.environment[name]
    stack.program(declared)
    refused = stack.preview(expect=1).text
    _, _, diagnostics = refused.partition("Diagnostics:")
    assert diagnostics.count("has a problem: no Tencent Cloud credentials found") == 1


@pytest.mark.parametrize("name", ["hall", "room::1::a"])
def test_after_a_rename_messages_and_outputs_have_the_new_name_and_nothing_restarts(
    stack: Stack, recorder: Recorder, name: str
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    task = stack.task_ids()["lobby"]
    recorder.reset_calls()
    stack.program(
        f'recording({name!r}, record_url="https://example.com/lobby", '
        'opts=ResourceOptions(aliases=[pulumi.Alias(name="lobby")]))'
    )
    assert "1 updated" in stack.up().text
    (renamed,) = stack.resources().values()
    assert renamed["id"] == task
    assert renamed["outputs"]["resource_urn"] == renamed["urn"]
    assert recorder.calls() == []
    assert "2 unchanged" in stack.up().text
    recorder.advance(60)
    recorder.end(task)
    assert f"recording '{name}' (RecordId lobby-" in stack.refresh().text


@pytest.mark.parametrize("kind", ["stack", "state"])
def test_after_a_rename_by_the_command_line_the_next_up_writes_the_new_name(
    stack: Stack, recorder: Recorder, kind: str
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    task = stack.task_ids()["lobby"]
    recorder.reset_calls()
    if kind == "stack":
        stack.run("stack", "rename", "other")
    else:
        stack.run("state", "rename", stack.resources()["lobby"]["urn"], "hall", "--yes")
        stack.program('recording("hall", record_url="https://example.com/lobby")')
    assert "1 updated" in stack.up().text
    (renamed,) = stack.resources().values()
    assert renamed["id"] == task
    assert renamed["outputs"]["resource_urn"] == renamed["urn"]
    assert recorder.calls() == []


def test_a_task_read_by_its_id_has_outputs_from_the_service(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    lobby = stack.outputs("lobby")
    read = f'recording("seen", opts=ResourceOptions(id={lobby["task_id"]!r}))'
    stack.program(f'recording("lobby")\n{read}')
    for _ in range(2):
        stack.up()
        seen = stack.outputs("seen")
        for name in ("task_id", "record_id", "status", "endpoint", "region", "file_prefix"):
            assert seen[name] == lobby[name]
        assert "stack_organization" not in seen
    stack.refresh()
    stack.destroy()
    assert live(recorder) == set()


def test_a_task_read_by_an_id_that_is_not_there_is_an_error(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("seen", opts=ResourceOptions(id="gone"))')
    failed = stack.up(expect=1).text
    assert "recording 'seen': there is no task gone to read at" in failed
    assert "Traceback" not in failed
    assert recorder.calls("StartWebRecord") == []


def test_the_state_is_exported_by_the_stacks_qualified_name(
    stack: Stack, recorder: Recorder
) -> None:
    log = stack.directory / "exports"
    wrapper = stack.directory / "bin" / "pulumi"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$@" >>{log}\nexec {shutil.which("pulumi")} "$@"\n')
    wrapper.chmod(0o755)
    stack.environment["PATH"] = f"{wrapper.parent}:{os.environ['PATH']}"
    stack.program('recording("lobby")')
    stack.up()
    (export,) = [line for line in log.read_text().splitlines() if "stack export" in line]
    assert export.endswith("stack export --stack organization/web-recordings/test")
    lobby = stack.resources()["lobby"]
    assert "stack_organization" not in lobby["inputs"].keys() | lobby["outputs"].keys()
