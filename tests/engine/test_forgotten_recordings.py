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
