"""Explicit ids: one recording for each, and none taken from somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder, RunningService

PROJECT = Path(__file__).parents[2]

TWICE = 'recording("lobby", record_id="mine")\nrecording("shop", record_id="mine"{0})'


def test_two_recordings_with_one_record_id_are_rejected_at_preview_and_both_named(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(TWICE.format(""))
    rejected = stack.preview(expect=1).text
    assert "record_id = 'mine': recordings '" in rejected
    assert "'lobby'" in rejected
    assert "'shop'" in rejected
    assert recorder.calls() == []


@pytest.mark.slow
def test_adopting_a_task_that_another_recording_of_the_stack_holds_is_rejected_at_preview(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    task = stack.task_ids()["lobby"]
    adopting = f'recording("thief", adopt_task_id={task!r})'
    recorder.reset_calls()
    for program in (f'recording("lobby")\n{adopting}', adopting):
        stack.program(program)
        rejected = stack.preview(expect=1).text
        assert f"adopt_task_id = {task!r}: the stack's recording 'lobby' (urn:" in rejected
    assert recorder.calls() == []
    stack.run("state", "delete", stack.resources()["lobby"]["urn"], "--yes")
    stack.up()
    assert stack.task_ids() == {"thief": task}


@pytest.mark.slow
def test_an_explicit_id_that_becomes_explicit_in_a_changed_declaration_is_rejected_at_preview(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    lobby = stack.outputs("lobby")
    recorder.reset_calls()
    for handle, value in (("record_id", "record_id"), ("adopt_task_id", "task_id")):
        kept = f'recording("lobby", {handle}={lobby[value]!r}'
        stack.program(f"{kept}, ready_timeout=5)")
        assert "the change of ready_timeout" in stack.preview(expect=1).text
        stack.program(f"{kept})")
        assert "2 unchanged" in stack.preview().text
    assert recorder.calls() == []


@pytest.mark.slow
def test_a_task_that_another_stack_started_under_the_record_id_is_neither_adopted_nor_stopped(
    stack: Stack, recorder: Recorder, tmp_path: Path
) -> None:
    stack.program('recording("lobby", record_id="mine")')
    stack.up()
    theirs = stack.task_ids()["lobby"]
    (tmp_path / "other").mkdir()
    other = Stack(tmp_path / "other", recorder.endpoint, "other")
    other.program('recording("shop", record_id="mine")')
    rejected = other.up(expect=1).text
    assert f"its record_id 'mine' is that of TaskId {theirs}, which is running" in rejected
    assert f"set adopt_task_id to {theirs}" in rejected
    other.destroy()
    assert live(recorder) == {theirs}
    other.program(f'recording("shop", adopt_task_id="{theirs}")')
    other.up()
    assert other.task_ids() == {"shop": theirs}


@pytest.mark.slow
def test_a_task_without_a_record_id_is_adopted_refreshed_renamed_and_destroyed(
    stack: Stack, recorder: RunningService
) -> None:
    recorder.service.call(
        "StartWebRecord",
        {
            "RecordUrl": "https://example.com/lobby",
            "SdkAppId": 1600011111,
            "StorageParams": {"CloudVod": {"TencentVod": {"MediaType": 0}}},
        },
    )
    (task,) = live(recorder)
    declared = 'record_url="https://example.com/lobby"'
    stack.program(f'recording("lobby", {declared}, adopt_task_id={task!r})')
    stack.up()
    assert not stack.outputs("lobby").get("record_id")
    stack.program(f'recording("lobby", {declared})')
    assert "2 unchanged" in stack.up("--refresh").text
    stack.program(
        f'recording("hall", {declared}, opts=ResourceOptions(aliases=[pulumi.Alias(name="lobby")]))'
    )
    stack.up()
    assert stack.task_ids() == {"hall": task}
    stack.destroy()
    assert live(recorder) == set()


@pytest.mark.slow
def test_a_subclass_keeps_the_urn_and_the_record_id(stack: Stack, recorder: Recorder) -> None:
    arguments = """
given = {"record_url": "https://example.com/lobby", "sdk_app_id": 1600011111,
         "storage_params": COS, "max_duration_limit": 3600}
"""
    stack.program(f'{arguments}WebRecording("lobby", **given)')
    stack.up()
    before = stack.resources()["lobby"]
    recorder.reset_calls()
    stack.program(f"""{arguments}
class Lesson(WebRecording):
    def __init__(self, name, **more):
        super().__init__(name, **given, **more)

class Evening(Lesson):
    pass

Evening("lobby")
""")
    assert "2 unchanged" in stack.preview().text
    assert "2 unchanged" in stack.up().text
    assert stack.resources()["lobby"]["urn"] == before["urn"]
    assert recorder.calls() == []


DEFAULTS = """
  web-recordings:defaults:
    sdkAppId: 1600011111
    recordId: mine
    storageParams: {cloudVod: {tencentVod: {mediaType: 0}}}
  web-recordings:recordings:
    lobby: {recordUrl: https://example.com/lobby}
    shop: {recordUrl: https://example.com/shop}
"""


@pytest.mark.slow
def test_a_record_id_in_the_defaults_of_a_stacks_config_is_rejected_with_both_names(
    stack: Stack, recorder: Recorder
) -> None:
    (stack.directory / "__main__.py").write_text((PROJECT / "__main__.py").read_text())
    with (stack.directory / f"Pulumi.{stack.name}.yaml").open("a") as settings:
        settings.write(DEFAULTS)
    rejected = stack.preview(expect=1).text
    assert "record_id = 'mine': recordings '" in rejected
    assert "'lobby'" in rejected
    assert "'shop'" in rejected
    assert recorder.calls() == []


@pytest.mark.slow
def test_a_task_that_the_stack_only_reads_is_adopted(stack: Stack, recorder: Recorder) -> None:
    stack.program('recording("lobby", opts=ResourceOptions(retain_on_delete=True))')
    stack.up()
    task = stack.task_ids()["lobby"]
    stack.program("")
    stack.up()
    reading = f'recording("reader", opts=ResourceOptions(id={task!r}))'
    stack.program(reading)
    stack.up()

    stack.program(f'{reading}\nrecording("shop", adopt_task_id={task!r})')
    stack.up()
    assert stack.task_ids() == {"reader": task, "shop": task}
    stack.program('recording("shop")')
    stack.up()
    assert live(recorder) == {task} == set(stack.task_ids().values())


@pytest.mark.slow
def test_a_recording_that_was_only_read_becomes_the_stacks_own_without_its_id(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", opts=ResourceOptions(retain_on_delete=True))')
    stack.up()
    task = stack.task_ids()["lobby"]
    stack.program("")
    stack.up()
    stack.program(f'recording("lobby", opts=ResourceOptions(id={task!r}))')
    stack.up()

    stack.program('recording("lobby")')
    assert "adopted, nothing new was started" in stack.up().text
    assert stack.task_ids() == {"lobby": task}
    stack.destroy()
    assert live(recorder) == set()


def test_a_task_that_another_recording_has_started_in_this_run_is_not_adopted(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program("""
lobby = recording("lobby")
recording("copy", adopt_task_id=lobby.task_id)
""")
    rejected = stack.up(expect=1).text
    assert "another recording of the stack holds it" in rejected
    assert live(recorder) == set(stack.task_ids().values())
    assert list(stack.task_ids()) == ["lobby"]
