"""Recordings that Pulumi forgets: docs/reliability.md, What stays open."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

KEPT = {"shop": "retain_on_delete=True", "hall": "deleted_with=lobby"}


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
def test_recordings_that_pulumi_leaves_behind_are_adopted_again_and_then_stopped(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(
        'lobby = recording("lobby")\n'
        + "\n".join(
            f"recording({name!r}, opts=ResourceOptions({option}))" for name, option in KEPT.items()
        )
    )
    stack.up()
    left = {stack.task_ids()[name] for name in KEPT}
    stack.destroy()
    assert live(recorder) == left
    stack.program("\n".join(f"recording({name!r})" for name in KEPT))
    assert stack.up().text.count("adopted, nothing new was started") >= len(KEPT)
    assert set(stack.task_ids().values()) == left
    stack.program("")
    stack.up()
    assert live(recorder) == set()
