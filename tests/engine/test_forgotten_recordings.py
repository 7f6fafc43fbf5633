"""Recordings that Pulumi forgets: docs/reliability.md, What stays open."""

from __future__ import annotations

from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder


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
