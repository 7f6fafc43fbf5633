"""Refresh, rotated keys, renames, tasks read by their id: what the output and the state say."""

from __future__ import annotations

import os
import shutil

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

REFRESH_PREVIEW = ("refresh", "--preview-only", "--expect-no-changes")


def test_a_refresh_that_expects_no_changes_fails_once_for_an_ended_recording(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    recorder.advance(60)
    assert "has ended" not in stack.run(*REFRESH_PREVIEW).text
    task = stack.task_ids()["lobby"]
    recorder.end(task)
    for options in ((), ("--run-program",)):
        assert f"TaskId {task}) has ended" in stack.run(*REFRESH_PREVIEW, *options, expect=1).text
    assert stack.outputs("lobby")["status"] == "recording"
    said = stack.refresh().text
    assert f"TaskId {task}) has ended" in said
    assert "1 updated" in said
    again = stack.run("refresh", "--yes", "--skip-preview", "--expect-no-changes").text
    assert "has ended" not in again


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["never", "always"])
def test_a_refresh_before_an_up_reports_an_ended_recording_and_leaves_nothing_to_update(
    stack: Stack, recorder: Recorder, policy: str
) -> None:
    stack.program(f'recording("lobby", restart_policy={policy!r})')
    stack.up()
    task = stack.task_ids()["lobby"]
    recorder.advance(60)
    recorder.end(task)
    previewed = stack.run(*REFRESH_PREVIEW, expect=1).text
    assert ("The next `pulumi up` starts a new one" in previewed) == (policy == "always")
    assert f"TaskId {task}) has ended" in stack.up("--refresh").text
    assert "2 unchanged" in stack.up().text


def test_keys_that_were_rotated_since_the_last_up_fail_refresh_and_destroy_with_the_way_out(
    stack: Stack, recorder: Recorder
) -> None:
    right = stack.environment["TENCENTCLOUD_SECRET_KEY"]
    stack.program('recording("lobby")')
    stack.up()
    stack.environment["TENCENTCLOUD_SECRET_KEY"] = "rotated-away"
    for failed in (stack.refresh(expect=1).text, stack.destroy(expect=1).text):
        assert "AuthFailure.SignatureFailure" in failed
        assert "use the keys of the last `pulumi up`" in failed
        assert "--run-program" in failed
        assert "correct trtc:secretKey" not in failed
    stack.environment["TENCENTCLOUD_SECRET_KEY"] = right
    stack.destroy()
    assert live(recorder) == set()


@pytest.mark.parametrize("name", ["room::1::a", pytest.param("hall", marks=pytest.mark.slow)])
def test_after_a_rename_messages_and_outputs_have_the_new_name_and_nothing_restarts(
    stack: Stack, recorder: Recorder, name: str
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    before = stack.outputs("lobby")
    task = before["task_id"]
    recorder.reset_calls()
    stack.program(
        f'recording({name!r}, record_url="https://example.com/lobby", '
        'opts=ResourceOptions(aliases=[pulumi.Alias(name="lobby")]))'
    )
    assert "1 updated" in stack.up().text
    (renamed,) = stack.resources().values()
    assert renamed["id"] == task
    assert renamed["outputs"]["resource_urn"] == renamed["urn"]
    assert renamed["outputs"]["record_id"] == before["record_id"]
    assert recorder.calls() == []
    assert "2 unchanged" in stack.up("--refresh").text
    assert recorder.calls("StartWebRecord") == recorder.calls("StopWebRecord") == []
    recorder.advance(60)
    recorder.end(task)
    assert f"recording '{name}' (RecordId lobby-" in stack.refresh().text


@pytest.mark.parametrize("kind", [pytest.param("stack", marks=pytest.mark.slow), "state"])
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
