"""Recordings that Pulumi forgets, or that two stacks hold: docs/reliability.md, What stays open."""

from __future__ import annotations

import shutil

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder


@pytest.mark.parametrize(
    "option",
    ["retain_on_delete=True", pytest.param("deleted_with=lobby", marks=pytest.mark.slow)],
)
def test_a_recording_that_pulumi_leaves_behind_is_adopted_again_and_then_stopped(
    stack: Stack, recorder: Recorder, option: str
) -> None:
    program = 'lobby = recording("lobby")\nrecording("shop", opts=ResourceOptions({}))'
    stack.program(program.format(option))
    stack.up()
    shop = stack.task_ids()["shop"]
    stack.destroy()
    assert live(recorder) == {shop}
    stack.program('recording("shop")')
    assert "adopted, nothing new was started" in stack.up().text
    stack.program("")
    stack.up()
    assert live(recorder) == set()


def test_a_retained_recording_is_not_joined_by_a_second_one_on_its_cdn_url(
    stack: Stack, recorder: Recorder
) -> None:
    program = """recording("lobby", {}publish_cdn_params=[{{"publish_cdn_url":
        "rtmp://cdn.example.com/live/room?txSecret=a"}}], opts=ResourceOptions({}))"""
    retained = "retain_on_delete=True"
    stack.program(program.format("", retained))
    stack.up()
    before = stack.task_ids()
    stack.program(program.format("ready_timeout=5, ", retained))
    assert "retain_on_delete keeps TaskId" in stack.preview(expect=1).text
    assert stack.up(expect=1).code
    assert live(recorder) == set(before.values()) == set(stack.task_ids().values())
    stack.program(program.format("", ""))
    stack.up()
    stack.program(program.format("ready_timeout=5, ", retained))
    stack.up()
    assert len(live(recorder)) == 1
    assert live(recorder) == set(stack.task_ids().values()) != set(before.values())


@pytest.mark.slow
def test_a_stack_of_a_renamed_ones_old_name_gets_recordings_of_its_own_by_a_namespace(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    config = stack.directory / "Pulumi.test.yaml"
    kept = shutil.copy(config, stack.directory / "kept")
    stack.run("stack", "rename", "prod")
    stack.run("stack", "init", "test")
    shutil.copy(kept, config)
    adopted = stack.up().text
    assert "adopted, nothing new was started" in adopted
    (first,) = live(recorder)
    stack.run("state", "delete", stack.resources()["lobby"]["urn"], "--yes")
    stack.config("trtc:recordIdNamespace", "second")
    stack.up()
    assert live(recorder) == {first, stack.task_ids()["lobby"]}
    stack.destroy()
    assert live(recorder) == {first}
