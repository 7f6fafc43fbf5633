"""up, destroy, up, … of one declaration: what is over costs nothing."""

from __future__ import annotations

import shutil

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder
from trtc_webrecord.declaration.record_id import PERIOD


def requests_of(recorder: Recorder, action: str = "StartWebRecord") -> int:
    return sum(recorder.call_counts().get(action, {}).values())


@pytest.mark.parametrize("lives", [3, pytest.param(5, marks=pytest.mark.slow)])
def test_many_lives_of_a_declaration_cost_what_two_do(
    stack: Stack, recorder: Recorder, lives: int
) -> None:
    stack.program('recording("lobby")')
    starts = []
    for life in range(lives):
        recorder.reset_calls()
        ran = stack.up()
        starts.append(requests_of(recorder))
        assert ("waiting up to 15 s: RecordId" in ran.text) == (life == 1)
        assert live(recorder) == set(stack.task_ids().values())
        stack.destroy()
    assert starts == [1, 2, 1, 1, 1][:lives]


@pytest.mark.slow
def test_a_recording_that_is_always_restarted_costs_the_same_each_time(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", restart_policy="always")')
    stack.up()
    starts = []
    for _ in range(3):
        recorder.advance(60)
        for task in recorder.live_tasks():
            recorder.end(task.task_id)
        recorder.reset_calls()
        stack.run("up", "--yes", "--skip-preview", "--refresh")
        starts.append(requests_of(recorder))
        assert live(recorder) == set(stack.task_ids().values())
    assert starts == [2, 2, 2]


@pytest.mark.slow
def test_a_machine_that_knows_nothing_finds_what_runs_behind_many_lives(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    for _ in range(3):
        stack.up()
        stack.destroy()
    stack.up()
    running = stack.task_ids()
    shutil.rmtree(stack.directory / "home" / "trtc-webrecord")
    shutil.rmtree(stack.directory / ".pulumi")
    stack.run("stack", "init", stack.name)
    ran = stack.up()
    assert stack.task_ids() == running
    assert "adopted" in ran.text
    assert len(recorder.live_tasks()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [5, 3600])
def test_what_began_on_the_day_before_is_found_without_the_state(
    stack: Stack, recorder: Recorder, seconds: int
) -> None:
    recorder.advance(1.5 * PERIOD - recorder.now() % PERIOD)  # noon: the limit is a day away
    stack.program('recording("lobby", max_duration_limit=86400)')
    stack.up()
    running = stack.task_ids()
    shutil.rmtree(stack.directory / ".pulumi")
    stack.run("stack", "init", stack.name)
    recorder.advance(PERIOD - recorder.now() % PERIOD + seconds)
    stack.up()
    assert stack.task_ids() == running
    assert len(recorder.tasks()) == 1
