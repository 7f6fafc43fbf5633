"""The start protocol: which RecordId to use, when to adopt a task, when to give up.

It prevents duplicate recordings: the next RecordId is tried only once the one before is known to be
used, so two RecordIds of a declaration are never in flight together. After any unclear response,
StartWebRecord is retried with the same RecordId; if the first request was executed, the retry
returns `TaskExist`, and DescribeWebRecord finds the task to adopt, if it is still running.
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
"""Failed responses in one run. Each may use up a RecordId, which later runs have to skip. RecordIds
that are already used do not count, or a declaration could get stuck."""

FAILURE_PAUSE = 5.0
"""Seconds before a failed start is retried; multiplied by the number of failures."""

PATIENCE = 120.0
"""Seconds without a response before giving up on a RecordId; the next run retries the same one."""


class Api(Protocol):
    """The part of `WebRecordApi` that the protocol uses."""

    def start(self, body: dict[str, Any]) -> Started: ...
    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None: ...


@dataclass(frozen=True)
class Recording:
    """A running recording. `adopted`: an earlier request started it."""

    task_id: str
    record_id: str
    request_id: str
    adopted: bool


class Start:
    """One run of the protocol for one declaration.

    `name` is for messages. `request` builds StartWebRecord's body for a RecordId. `record_ids`
    returns the RecordId of attempt n; `fixed`: it is the declared `record_id`, the same for all n.
    `first` is the attempt to begin with; the RecordIds before it are already used.
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
        """Start the recording or adopt the running one. Raises RecordingError."""
        for attempt in self._attempts:
            record_id = self._record_ids(attempt)
            recording = self._settle(record_id)
            if recording:
                return recording
        raise self._all_used()

    def _settle(self, record_id: str) -> Recording | None:
        """Start or adopt the task of one RecordId; None: the RecordId is already used."""
        deadline = self._clock.monotonic() + PATIENCE
        in_doubt = False
        while True:
            try:
                started = self._api.start(self._request(record_id))
                return Recording(started.task_id, record_id, started.request_id, adopted=False)
            except TaskExist as error:
                self._last = error
                return self._watch.until_shown(lambda: self._find(record_id))
            except (Ambiguous, CapacityExceeded) as error:
                in_doubt = True
                if live := self._find(record_id):
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

    def _find(self, record_id: str) -> Recording | None:
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
            "adopts it, and does not start a second one."
        )

    def _gave_up(self, record_id: str, error: ApiError) -> RecordingError:
        return RecordingError(
            f"recording {self._name!r} (RecordId {record_id}) could not be started after "
            f"{MAX_FAILURES} failed requests. {error}. No running task was found; the next "
            "`pulumi up` retries the same RecordId, and adopts its task if there is one. Free "
            "capacity, or wait, then run `pulumi up` again."
        )

    def _all_used(self) -> RecordingError:
        if self._fixed:
            return RecordingError(
                f"recording {self._name!r} was not started: its record_id "
                f"{self._record_ids(0)!r} is already used and has no running task. The last "
                f"response: {self._last}. Set another record_id, or remove it to derive one."
            )
        return RecordingError(
            f"recording {self._name!r} was not started: its RecordIds "
            f"{self._record_ids(self._attempts[0])} and the {MAX_ATTEMPTS - 1} after it are all "
            f"already used, and none has a running task. The last response: {self._last}. "
            "Change `triggers` to get new ones."
        )
