"""What a create came to: a value, so that no error hides a task that runs.

A start keeps the furthest fact that it has reached: nothing was executed, a RecordId may run, a
task runs. Whatever ends the start (an API error, credentials, cancellation, a bug) becomes the
outcome of that fact.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..errors import Cancelled, WebRecordError


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


class Progress:
    """The furthest fact that one start has reached.

    `record_id`: StartWebRecord may have been executed with it ("": no). `doubt`: the response that
    leaves this open. `recording`: the task that runs.
    """

    def __init__(self) -> None:
        self.record_id = ""
        self.doubt = ""
        self.recording: Recording | None = None

    def may_run(self, record_id: str) -> None:
        """StartWebRecord is about to be sent."""
        self.record_id = record_id

    def runs(self, recording: Recording) -> None:
        """A task was started or adopted."""
        self.recording = recording

    def nothing_runs(self) -> None:
        """The service has shown that no task of this start runs."""
        self.record_id, self.doubt, self.recording = "", "", None

    def cause(self, error: Exception) -> str:
        """What ended the start, with the response that had left its outcome open."""
        if isinstance(error, Cancelled):
            return f"{self.doubt}. Then {error.why}" if self.doubt else error.why
        if isinstance(error, WebRecordError):
            return str(error)
        return "".join(traceback.format_exception(error))


def timestamp(unix_seconds: float) -> str:
    """ISO 8601 in UTC."""
    return datetime.fromtimestamp(unix_seconds, timezone.utc).isoformat(timespec="seconds")
