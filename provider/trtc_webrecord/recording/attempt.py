"""One RecordId: start its task, adopt the running one, or find that it is already used.

After any unclear response, StartWebRecord is retried with the same RecordId: if the first request
was executed, the retry returns `TaskExist`, and DescribeWebRecord finds the task that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from ..api.codes import blames_the_record_id, remedy_for
from ..declaration.declaration import Declaration
from ..errors import (
    Ambiguous,
    ApiError,
    CapacityExceeded,
    RecordingError,
    TaskExist,
    Unanswered,
    WebRecordError,
)
from .outcome import Progress, Recording, another_record_id, timestamp
from .run import Run
from .storage_probe import rejection
from .watching import POLL

MAX_FAILURES = 3
"""Failed responses in one run. Each may use up a RecordId, which later runs have to skip. RecordIds
that are already used do not count, or a declaration could get stuck."""

FAILURE_PAUSE = 5.0
"""Seconds before a failed start is retried; multiplied by the number of failures."""

PATIENCE = 120.0
"""Seconds without a response before giving up on a RecordId; the next run retries the same one."""


@dataclass(frozen=True)
class Attempts:
    """The attempts of one run for one declaration.

    `keys` are for its storage. `began`: whether an earlier run may have begun this declaration.
    `errors` are the responses that did not start a task, the newest last.
    """

    run: Run
    declaration: Declaration
    keys: tuple[str, str] | None
    began: Callable[[], bool]
    progress: Progress = field(default_factory=Progress)
    errors: list[ApiError] = field(default_factory=list)

    def settle(self, record_id: str) -> Recording | None:
        """Start or adopt the task of one RecordId; None: it is used and has no running task.

        Waits for a task that may be too new to be visible. Raises WebRecordError; `progress` then
        is what is known of the task. Nothing is sent if the storage rejects the key pair.
        """
        if rejected := rejection(self.run, self.declaration, self.keys):
            return self._running_already(record_id, rejected)
        clock = self.run.clock
        deadline = clock.monotonic() + PATIENCE
        why = f"RecordId {record_id} was used before, and its task may be too new to be visible"
        if record_id in self.run.known.ended:
            why = (
                f"its task of RecordId {record_id} must be sure to have ended; then the next starts"
            )
        while True:
            self.progress.record_id = record_id
            try:
                started = self.run.api.start(self.declaration.spec.wire(record_id, self.keys))
            except TaskExist as error:
                self.errors.append(error)
                live = self.run.until_shown(self.who, why, partial(self.look_up, record_id))
                if live and (self.progress.doubt or self.may_adopt()):
                    return live
                self.progress.nothing_runs()
                if live:
                    raise self.taken(live) from None
                return None
            except (Ambiguous, CapacityExceeded) as error:
                is_first = not self.progress.doubt
                self.progress.doubt = str(error)
                if live := self.look_up(record_id):
                    return live
                if is_first:
                    self.run.notify(f"{self.who}: {error}. Trying RecordId {record_id} again")
                if isinstance(error, Unanswered):
                    if clock.monotonic() > deadline:
                        raise
                    clock.sleep(POLL)
                    continue
                self.errors.append(error)
                failures = sum(not isinstance(each, TaskExist) for each in self.errors)
                if failures == MAX_FAILURES:
                    raise self._failed_too_often(record_id, error) from None
                clock.sleep(FAILURE_PAUSE * failures)
            except WebRecordError as error:  # this request was not executed
                if self.progress.doubt:
                    raise
                self.progress.nothing_runs()
                if isinstance(error, ApiError):
                    raise self.not_started(record_id, error) from None
                raise
            else:
                at = timestamp(self.run.api.service_time())
                return Recording(started.task_id, record_id, started.request_id, False, at)

    def may_adopt(self) -> bool:
        """Whether a running task that this run did not start belongs to the declaration."""
        return self.declaration.record_id is None or self.began()

    def look_up(self, record_id: str) -> Recording | None:
        """The visible task of a RecordId. Raises ApiError."""
        live = self.run.api.describe_by_record_id(self.declaration.sdk_app_id, record_id)
        if live is None:
            return None
        return Recording(live.task_id, record_id, live.request_id, adopted=True)

    def taken(self, live: Recording) -> RecordingError:
        """A task runs under the declared record_id, and this declaration did not start it."""
        return RecordingError(
            f"{self.who} was not started: its record_id {live.record_id!r} is that of "
            "a running task, which goes on, and the stack's state does not show that this "
            f"declaration started it. To take it over, set adopt_task_id to {live.task_id}, run "
            "`pulumi up`, then remove adopt_task_id. To start a new recording, set another "
            "record_id, or remove it."
        )

    def not_started(self, record_id: str, error: ApiError) -> RecordingError:
        """Nothing was sent that may have started a task."""
        remedy = remedy_for(error)
        if blames_the_record_id(error):
            remedy = (
                "Run `pulumi up` again. If this repeats, "
                f"{another_record_id(self.declaration)}: the recording then gets another RecordId, "
                "which the vendor advises after a failed start."
            )
        return RecordingError(
            f"{self.who} (RecordId {record_id}) was not started. {error}. {remedy}"
        )

    def _running_already(self, record_id: str, rejected: str) -> Recording:
        """The task of an earlier run, which its storage has no bearing on.

        Raises RecordingError with the rejection if there is none.
        """
        look = partial(self.look_up, record_id)
        live = None
        try:
            if self.began():
                why = "an interrupted run may have started it"
                live = self.run.until_shown(self.who, why, look)
            elif self.may_adopt():
                live = look()
        except ApiError as error:
            raise self.not_started(record_id, error) from None
        if live is None:
            raise RecordingError(f"{self.declaration.who} was not started: {rejected}")
        return live

    @property
    def who(self) -> str:
        """The recording, for messages."""
        return self.declaration.who

    def _failed_too_often(self, record_id: str, error: ApiError) -> RecordingError:
        return RecordingError(
            f"{self.who} (RecordId {record_id}) could not be started after "
            f"{MAX_FAILURES} failed requests. {error}. No running task was found. Free capacity, "
            "or wait, then run `pulumi up` again: it adopts one that runs after all. If this "
            f"repeats, {another_record_id(self.declaration)}, for another RecordId."
        )
