"""One RecordId: start its task, adopt the running one, or find that it is already used.

After any unclear response, StartWebRecord is retried with the same RecordId; if the first request
was executed, the retry returns `TaskExist`, and DescribeWebRecord finds the task to adopt, if it is
still running.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..api.client import LiveTask, Started
from ..api.codes import remedy_for
from ..api.pacing import Clock
from ..errors import (
    Ambiguous,
    ApiError,
    CapacityExceeded,
    RecordingError,
    TaskExist,
    Unanswered,
    WebRecordError,
)
from .outcome import Progress, Recording, timestamp
from .watching import POLL, Watch, waiting

MAX_FAILURES = 3
"""Failed responses in one run. Each may use up a RecordId, which later runs have to skip. RecordIds
that are already used do not count, or a declaration could get stuck."""

FAILURE_PAUSE = 5.0
"""Seconds before a failed start is retried; multiplied by the number of failures."""

PATIENCE = 120.0
"""Seconds without a response before giving up on a RecordId; the next run retries the same one."""

NEW_TRIGGERS = "change `triggers`"
"""How a declaration gets another RecordId if it is derived: the vendor's own advice."""


class Api(Protocol):
    """The part of `WebRecordApi` that a start uses."""

    def start(self, body: dict[str, Any]) -> Started: ...
    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None: ...
    def service_time(self) -> float: ...

    knows_service_time: bool


@dataclass(frozen=True)
class Attempts:
    """The attempts of one run for one declaration.

    `name` is for messages. `request` builds StartWebRecord's body for a RecordId. `may_adopt`:
    whether a running task that this run did not start belongs to the declaration.
    """

    name: str
    sdk_app_id: int
    request: Callable[[str], dict[str, Any]]
    may_adopt: Callable[[], bool]
    api: Api
    watch: Watch
    clock: Clock
    notify: Callable[[str], None]
    another: str = NEW_TRIGGERS
    """What gives the declaration another RecordId, for messages."""
    errors: list[ApiError] = field(default_factory=list)
    """The responses of this run that did not start a task; the last one is the newest."""
    progress: Progress = field(default_factory=Progress)

    def settle(self, record_id: str) -> Recording | None:
        """Start or adopt the task of one RecordId; None: it is used and has no running task.

        Waits for a task that may be too new to be visible. Raises ApiError, ConfigError or
        RecordingError; `progress` then is what is known of the task.
        """
        deadline = self.clock.monotonic() + PATIENCE
        doubted = False
        while True:
            self.progress.may_run(record_id)
            try:
                started = self.api.start(self.request(record_id))
            except TaskExist as error:
                self.errors.append(error)
                live = self._wait_for(record_id)
                if live and (doubted or self.may_adopt()):
                    return self._runs(live)
                self.progress.nothing_runs()
                if live:
                    raise self.taken(live) from None
                return None
            except (Ambiguous, CapacityExceeded) as error:
                doubted = True
                self.progress.doubt = str(error)
                if live := self.look_up(record_id):
                    return self._runs(live)
                if isinstance(error, Unanswered):
                    if self.clock.monotonic() > deadline:
                        raise
                    self.clock.sleep(POLL)
                    continue
                self.errors.append(error)
                failures = sum(not isinstance(each, TaskExist) for each in self.errors)
                if failures == MAX_FAILURES:
                    raise self._failed_too_often(record_id, error) from None
                self.clock.sleep(FAILURE_PAUSE * failures)
            except WebRecordError as error:  # this request was not executed
                if doubted:
                    raise
                self.progress.nothing_runs()
                if isinstance(error, ApiError):
                    raise self.not_started(record_id, error) from None
                raise
            else:
                at = timestamp(self.api.service_time())
                return self._runs(
                    Recording(started.task_id, record_id, started.request_id, False, at)
                )

    def _runs(self, recording: Recording) -> Recording:
        self.progress.runs(recording)
        return recording

    def waiting(self, reason: str) -> None:
        """Show why nothing seems to happen."""
        self.notify(waiting(self.name, reason))

    def look_up(self, record_id: str) -> Recording | None:
        """The visible task of a RecordId. Raises ApiError."""
        live = self.api.describe_by_record_id(self.sdk_app_id, record_id)
        if live is None:
            return None
        return Recording(live.task_id, record_id, live.request_id, adopted=True)

    def taken(self, live: Recording) -> RecordingError:
        """A task runs under the declared record_id, and this declaration did not start it."""
        return RecordingError(
            f"recording {self.name!r} was not started: its record_id {live.record_id!r} is that of "
            f"TaskId {live.task_id}, which is running and was not started by this declaration. "
            "That recording goes on. Set another record_id or remove it to start a new recording; "
            f"or set adopt_task_id to {live.task_id} to take that one over."
        )

    def not_started(self, record_id: str, error: ApiError) -> RecordingError:
        """Nothing was sent that may have started a task."""
        return RecordingError(
            f"recording {self.name!r} (RecordId {record_id}) was not started. {error}. "
            f"{remedy_for(error)}"
        )

    def _wait_for(self, record_id: str) -> Recording | None:
        return self.watch.until_shown(
            lambda: self.look_up(record_id),
            lambda: self.waiting(
                f"RecordId {record_id} was used before, and its task may be too new to be visible"
            ),
        )

    def _failed_too_often(self, record_id: str, error: ApiError) -> RecordingError:
        return RecordingError(
            f"recording {self.name!r} (RecordId {record_id}) could not be started after "
            f"{MAX_FAILURES} failed requests. {error}. No running task was found; the next "
            "`pulumi up` retries the same RecordId, and adopts its task if there is one. Free "
            f"capacity, or wait, then run `pulumi up` again. If this repeats, {self.another}: the "
            "recording then gets another RecordId."
        )
