"""What a create came to: a value, so that no error hides a task that runs.

A start keeps how far it has come: nothing was executed, a RecordId may run, a task runs. Whatever
ends it (an API error, credentials, cancellation, a bug) becomes that outcome.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..declaration.declaration import Declaration
from ..declaration.names import UNFINISHED
from ..errors import Cancelled, RecordingError, WebRecordError
from .endpoint import Endpoint
from .stored import UNKNOWN


@dataclass(frozen=True)
class Recording:
    """A running recording.

    `adopted`: an earlier request started it. `started_at`: ISO 8601 in UTC, None if it was adopted.
    """

    task_id: str
    record_id: str
    request_id: str
    adopted: bool
    started_at: str | None = None

    def __str__(self) -> str:
        return f"RecordId {self.record_id}" if self.record_id else f"TaskId {self.task_id}"


@dataclass(frozen=True)
class Running:
    """A task runs. `id` is its TaskId, `problem` what failed after its start, or ""."""

    id: str
    outputs: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True)
class MayRun:
    """A task may run that the service has not shown. `id` is its RecordId."""

    id: str
    outputs: dict[str, Any]
    problem: str


@dataclass(frozen=True)
class NotStarted:
    """No task was started."""

    problem: str


Outcome = Running | MayRun | NotStarted


@dataclass
class Progress:
    """How far one start has come.

    `record_id`: StartWebRecord may have been executed with it ("": no). `doubt`: the response that
    leaves this open. `recording`: the task that runs.
    """

    record_id: str = ""
    doubt: str = ""
    recording: Recording | None = None

    def nothing_runs(self) -> None:
        """The service has shown that no task of this start runs."""
        self.record_id, self.doubt, self.recording = "", "", None


def ended_by(
    error: Exception, progress: Progress, declaration: Declaration, endpoint: Endpoint, stopped: str
) -> Outcome:
    """The outcome of a start that an error has ended.

    `stopped` is the TaskId that the run stopped before for a replacement, or "".
    """
    cause = _cause(error, progress)
    says_all = isinstance(error, RecordingError) and not isinstance(error, Cancelled)
    if recording := progress.recording:
        if not says_all:
            cause = (
                f"{declaration.who} ({recording}) runs, but its start was not finished: {cause}. "
                "It is in the stack's state; the next `pulumi up` finishes the start."
            )
        unfinished = unfinished_outputs(declaration, recording, endpoint)
        return Running(recording.task_id, unfinished, cause)
    if not progress.record_id and not says_all:
        cause = f"{declaration.who} was not started: {cause}"
    elif not says_all:
        cause = (
            f"{declaration.who}: it is not known whether RecordId "
            f"{progress.record_id} was started. {cause}. A task may be running: the next "
            f"`pulumi up` adopts it. If this stays so, {another_record_id(declaration)}; it then "
            "ends at its max_duration_limit."
        )
    if stopped:
        cause += (
            f" The recording before it, TaskId {stopped}, was stopped first for this replacement: "
            "nothing else records now."
        )
    if not progress.record_id:
        return NotStarted(cause)
    unknown = {"status": UNKNOWN, UNFINISHED: progress.record_id}
    return MayRun(progress.record_id, {**unknown, **endpoint.outputs()}, cause)


def outputs(declaration: Declaration, recording: Recording, endpoint: Endpoint) -> dict[str, Any]:
    """The resource's outputs while its task runs."""
    return {
        "task_id": recording.task_id,
        "record_id": recording.record_id or None,
        "request_id": recording.request_id,
        "status": "recording",
        "started_at": recording.started_at,
        "file_prefix": declaration.file_prefix(recording.task_id),
        **endpoint.outputs(),
    }


def unfinished_outputs(
    declaration: Declaration, recording: Recording, endpoint: Endpoint
) -> dict[str, Any]:
    """The same, as long as its start is not finished; `record_id` is that of the inputs."""
    started = outputs(declaration, recording, endpoint)
    return {**started, "record_id": declaration.record_id, UNFINISHED: recording.record_id}


def another_record_id(declaration: Declaration) -> str:
    """How a declaration gets another RecordId: the vendor's own advice."""
    return "set another record_id" if declaration.record_id else "change `triggers`"


def _cause(error: Exception, progress: Progress) -> str:
    """What ended the start, with the response that had left its outcome open."""
    if isinstance(error, Cancelled):
        return f"{progress.doubt}. Then {error.why}" if progress.doubt else error.why
    if isinstance(error, WebRecordError):
        return str(error)
    return "".join(traceback.format_exception(error))


def timestamp(unix_seconds: float) -> str:
    """ISO 8601 in UTC."""
    return datetime.fromtimestamp(unix_seconds, timezone.utc).isoformat(timespec="seconds")
