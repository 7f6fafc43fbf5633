"""The start protocol: which RecordId, when to adopt, when to give up. No HTTP in it.

The rule that keeps recordings single: a RecordId is left behind only once it is known to be spent,
so two RecordIds of a declaration are never in flight together. Whatever a start's answer was, the
same RecordId is asked for again; where the first start did run, the service says `TaskExist`, and
DescribeWebRecord tells whether there is something to adopt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
)
from .watching import POLL, Watch

MAX_ATTEMPTS = 64
"""RecordIds tried in one run."""

MAX_FAILURES = 3
"""Answered failures in one run, so that a full quota does not burn a long row of RecordIds: each
failed start may burn one, and the next run has to walk over all of them. What is spent already
does not count, or a declaration could get stuck for ever."""

FAILURE_PAUSE = 5.0
"""Seconds before a failed start is repeated; grows with each failure."""

PATIENCE = 120.0
"""Seconds without an answer before giving up on one RecordId; the next run goes on from there."""


class Api(Protocol):
    """What the protocol needs of the API; `WebRecordApi` is one."""

    def start(self, body: dict[str, Any]) -> Started: ...
    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None: ...


@dataclass(frozen=True)
class Recording:
    """A live recording. `adopted` tells that an earlier start of the same declaration began it."""

    task_id: str
    record_id: str
    request_id: str
    adopted: bool


class Start:
    """One run of the protocol for one declaration.

    `name` is for messages. `request` builds StartWebRecord's body for a RecordId. `record_ids`
    gives the RecordId of attempt n; `fixed` tells that it is the user's own and never varies.
    `first` is the attempt to begin with; those before it are spent.
    """

    def __init__(
        self,
        *,
        name: str,
        sdk_app_id: int,
        request: Callable[[str], dict[str, Any]],
        record_ids: Callable[[int], str],
        fixed: bool,
        first: int,
        api: Api,
        watch: Watch,
        clock: Clock,
    ) -> None:
        self._name = name
        self._sdk_app_id = sdk_app_id
        self._request = request
        self._record_ids = record_ids
        self._api = api
        self._watch = watch
        self._clock = clock
        self._attempts = range(first, first + (1 if fixed else MAX_ATTEMPTS))
        self._fixed = fixed
        self._failures = 0
        self._last: ApiError | None = None

    def run(self) -> Recording:
        """Start the recording or adopt the one that runs. Raises RecordingError."""
        for attempt in self._attempts:
            record_id = self._record_ids(attempt)
            recording = self._settle(record_id)
            if recording:
                return recording
        raise self._all_spent()

    def _settle(self, record_id: str) -> Recording | None:
        """Ask for one RecordId until its fate is known; None: it is spent."""
        deadline = self._clock.monotonic() + PATIENCE
        in_doubt = False
        while True:
            try:
                started = self._api.start(self._request(record_id))
                return Recording(started.task_id, record_id, started.request_id, adopted=False)
            except TaskExist as error:
                self._last = error
                return self._watch.until_shown(lambda: self._look(record_id))
            except (Ambiguous, CapacityExceeded) as error:
                in_doubt = True
                if live := self._look(record_id):
                    return live
                if isinstance(error, Unanswered):
                    if self._clock.monotonic() > deadline:
                        raise self._unresolved(record_id, error) from None
                    self._clock.sleep(POLL)
                    continue
                self._failures += 1
                if self._failures == MAX_FAILURES:
                    raise self._gave_up(record_id, error) from None
                self._clock.sleep(FAILURE_PAUSE * self._failures)
            except ApiError as error:
                if in_doubt:
                    raise self._unresolved(record_id, error) from None
                raise self._not_started(record_id, error) from None

    def _look(self, record_id: str) -> Recording | None:
        try:
            live = self._api.describe_by_record_id(self._sdk_app_id, record_id)
        except ApiError as error:
            raise self._unresolved(record_id, error) from None
        if live is None:
            return None
        return Recording(live.task_id, record_id, live.request_id, adopted=True)

    def _not_started(self, record_id: str, error: ApiError) -> RecordingError:
        remedy = remedy_for(error)
        return RecordingError(
            f"recording {self._name!r} (RecordId {record_id}) was not started. {error}. {remedy}"
        )

    def _unresolved(self, record_id: str, error: ApiError) -> RecordingError:
        return RecordingError(
            f"recording {self._name!r}: it is not known whether RecordId {record_id} was started. "
            f"{error}. A task may be running; the next `pulumi up` of the unchanged declaration "
            "finds and adopts it, and starts no second one."
        )

    def _gave_up(self, record_id: str, error: ApiError) -> RecordingError:
        return RecordingError(
            f"recording {self._name!r} (RecordId {record_id}) could not be started after "
            f"{MAX_FAILURES} answers like this one. {error}. Nothing shows that it runs; the next "
            "`pulumi up` asks for the same RecordId, and adopts the task should there be one. "
            "Free capacity, or wait, then run `pulumi up` again."
        )

    def _all_spent(self) -> RecordingError:
        if self._fixed:
            return RecordingError(
                f"recording {self._name!r} was not started: its record_id "
                f"{self._record_ids(0)!r} has been used already and no task of it is running. "
                f"The last answer: {self._last}. Give another record_id, or leave it out to have "
                "one derived."
            )
        return RecordingError(
            f"recording {self._name!r} was not started: its RecordIds "
            f"{self._record_ids(self._attempts[0])} and the {MAX_ATTEMPTS - 1} after it have all "
            f"been used already and none is running. The last answer: {self._last}. "
            "Change `triggers` to get new ones."
        )
