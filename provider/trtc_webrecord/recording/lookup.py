"""Look a running task up that the stack need not declare."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..api.client import LiveTask
from ..api.codes import remedy_for
from ..declaration.task_reference import TaskReference
from ..errors import ApiError, RecordingError
from .run import Run


def look_up(run: Run, task: TaskReference) -> dict[str, Any]:
    """The task's TaskId, RecordId, status and endpoint; waits for one that may be too new to show.

    Raises RecordingError: the service knows running tasks only, so one that it does not find is
    not known to have ended. With a TaskId alone it may be another account's.
    """
    try:
        live = _seek(run, task)
    except ApiError as error:
        raise RecordingError(f"{task} was not looked up: {error}. {remedy_for(error)}") from None
    if live is None:
        whose = "" if task.sdk_app_id else "is another account's (set sdk_app_id to check that), "
        raise RecordingError(
            f"{task}: DescribeWebRecord finds no running task at {run.endpoint}. It has ended, was "
            f"never started, {whose}or was started elsewhere. Correct what names it: an ended task "
            "cannot be looked up."
        )
    return {
        "task_id": live.task_id,
        "record_id": live.record_id or None,
        "status": "recording",
        **run.endpoint.outputs(),
    }


def _seek(run: Run, task: TaskReference) -> LiveTask | None:
    app = task.sdk_app_id
    if task.task_id:
        proves_end = run.account.proof_of_end(app, None) if app else lambda: True
        return run.find("lookup", task.task_id, proves_end)
    look = partial(run.api.describe_by_record_id, app or 0, task.record_id or "")
    return run.until_shown("lookup", f"{task} is not visible yet", look)
