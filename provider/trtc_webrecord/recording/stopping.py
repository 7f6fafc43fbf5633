"""Stop a running task that the stack need not declare."""

from __future__ import annotations

from ..api.codes import remedy_for
from ..errors import ApiError, RecordingError
from .run import Run
from .watching import STOP_PATIENCE


def stop_task(run: Run, task_id: str) -> None:
    """Stop a task that was seen running, and wait until it is gone. Raises RecordingError."""
    unstopped = f"TaskId {task_id} could not be stopped and may still be running."
    try:
        gone = run.watch.stop(
            task_id,
            is_young=lambda: False,
            on_wait=lambda: run.notify(
                f"TaskId {task_id}: waiting up to {STOP_PATIENCE:g} s until it is gone"
            ),
        )
    except ApiError as error:
        raise RecordingError(f"{unstopped} {error}. {remedy_for(error)}") from None
    if not gone:
        raise RecordingError(
            f"{unstopped} DescribeWebRecord still returns it. Run the same command again."
        )
