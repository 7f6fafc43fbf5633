"""Explicit ids: one recording for each, and none taken from somebody else."""

from __future__ import annotations

import signal

from pulumi_process import PulumiProcess
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder


def test_ones_own_record_id_is_taken_over_after_a_kill_also_where_checkpoints_are_skipped(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", record_id="mine")')
    (task,) = killed_up(stack, recorder)
    stack.environment["PULUMI_SKIP_CHECKPOINTS"] = "true"
    assert "adopted, nothing new was started" in stack.up().text
    assert stack.task_ids() == {"lobby": task}

    stack.program('recording("lobby", record_id="other")')
    stack.up()
    stack.program('recording("lobby", record_id="third")')
    (task,) = killed_up(stack, recorder) - set(stack.task_ids().values())
    assert f"set adopt_task_id to {task}" in stack.up(expect=1).text.replace("\n", " ")
    stack.program(f'recording("lobby", record_id="third", adopt_task_id={task!r})')
    stack.up()
    stack.program('recording("lobby", record_id="third")')
    stack.up()
    assert live(recorder) == {task} == set(stack.task_ids().values())


def killed_up(stack: Stack, recorder: Recorder) -> set[str]:
    """Kill an `up` whose start has run; returns the TaskIds that are recording."""
    recorder.inject(action="StartWebRecord", where="after", what="hang", seconds=60, times=1)
    with PulumiProcess(stack, "up", "--yes", "--skip-preview") as run:
        run.until(lambda: recorder.faults()[-1]["struck"])
        run.send_signal("all", signal.SIGKILL)
    recorder.clear_faults()
    stack.run("cancel", "--yes", expect=None)
    return live(recorder)
