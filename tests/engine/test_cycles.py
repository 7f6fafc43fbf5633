"""up, destroy, up, … of one declaration: what is over costs nothing."""

from __future__ import annotations

import shutil

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

pytestmark = pytest.mark.slow


def starts(recorder: Recorder) -> int:
    """StartWebRecord requests since the last reset."""
    return sum(recorder.call_counts().get("StartWebRecord", {}).values())


def test_many_lives_of_a_declaration_cost_what_two_do_and_the_last_is_found_without_its_state(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    for life, expected in enumerate([1, 2, 1, 1, 1]):
        if life:
            stack.destroy()
        recorder.reset_calls()
        ran = stack.up()
        assert starts(recorder) == expected
        assert ("waiting up to 15 s: RecordId" in ran.text) == (life == 1)
        assert live(recorder) == set(stack.task_ids().values())
    running = stack.task_ids()
    shutil.rmtree(stack.directory / "home" / "trtc-webrecord")
    shutil.rmtree(stack.directory / ".pulumi")
    stack.run("stack", "init", stack.name)
    assert "adopted" in stack.up().text
    assert stack.task_ids() == running
    assert live(recorder) == set(running.values())
