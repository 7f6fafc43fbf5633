"""The start protocol: which RecordId to use, when to adopt a task, when to give up.

The next RecordId is tried only once the one before is known to be used and no task of it can be too
new to be visible, so two RecordIds of a declaration are never in flight together. They belong to a
period of 24 h, the longest life of a task, so nothing older than the period before is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..declaration.record_id import PERIOD, period_of
from ..errors import ApiError, RecordingError
from .attempt import Attempts
from .outcome import Recording
from .pending_creates import ATTEMPTS

MAX_ATTEMPTS = 512
"""RecordIds of one period that a run tries."""

NEW_PERIOD = 60.0
"""Seconds of a period in which a task of the one before may be too new to be visible."""


def start(attempts: Attempts) -> Recording:
    """Start the recording of a declaration, or adopt the running one. Raises RecordingError."""
    own = attempts.declaration.record_id
    return _start_own(attempts, own) if own else _DerivedStart(attempts).run()


def _start_own(attempts: Attempts, record_id: str) -> Recording:
    """Start the task of the RecordId that the user declared.

    A task that runs under it already is adopted only if the declaration may have started it.
    """
    try:
        live = attempts.look_up(record_id)
    except ApiError as error:
        raise attempts.not_started(record_id, error) from None
    if live and not attempts.may_adopt():
        raise attempts.taken(live)
    recording = live or attempts.settle(record_id)
    if recording is None:
        raise RecordingError(
            f"{attempts.who} was not started: its record_id {record_id!r} is already "
            f"used and has no running task. The last response: {attempts.errors[-1]}. Set another "
            "record_id, or remove it to derive one."
        )
    return recording


class _DerivedStart:
    """Starts or adopts the recording of a declaration whose RecordIds are derived."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._run = attempts.run

    def run(self) -> Recording:
        while True:
            period = self._period()
            if self._run.day_before_is_over(self._attempts.declaration):
                return self._walk(period)
            running = self._running_since(period - 1)
            if running:
                return running
            if self._period() == period:  # by the response's Date, if it was the first one
                return self._walk(period)

    def _period(self) -> int:
        return period_of(self._run.api.service_time())

    def _running_since(self, period: int) -> Recording | None:
        """The task of a period that is over; one that was started late in it is still running."""
        unknown = (each for each in self._all(period) if not self._run.known.is_used(each))
        candidates = list(islice(unknown, ATTEMPTS if self._attempts.began() else 1))
        try:
            running = self._first_running(candidates)
            if running is None and self._run.api.service_time() % PERIOD < NEW_PERIOD:
                running = self._run.until_shown(
                    self._attempts.who,
                    "a task of the day before may just have begun",
                    lambda: self._first_running(candidates),
                )
        except ApiError as error:
            raise self._attempts.not_started(candidates[0], error) from None
        return running

    def _first_running(self, record_ids: list[str]) -> Recording | None:
        return next(filter(None, map(self._attempts.look_up, record_ids)), None)

    def _walk(self, period: int) -> Recording:
        """Start with the first RecordId that is not used.

        Each used one is waited for, unless it is known: its task may be too new to be visible.
        """
        for record_id in self._from_last_ended(period):
            if self._run.known.is_used(record_id):
                continue
            recording = self._attempts.settle(record_id)
            if recording:
                return recording
            self._run.known.add_used(record_id)
        raise RecordingError(
            f"{self._attempts.who} was not started: its {MAX_ATTEMPTS} RecordIds of this day, from "
            f"{next(self._all(period))} on, are all used, and none has a running task. The last "
            f"response: {self._attempts.errors[-1]}. Change `triggers` to get new ones."
        )

    def _all(self, period: int) -> Iterator[str]:
        declaration, namespace = self._attempts.declaration, self._run.namespace
        return (declaration.record_id_of(period, n, namespace) for n in range(MAX_ATTEMPTS))

    def _from_last_ended(self, period: int) -> Iterator[str]:
        """The RecordIds of a period, without those before the last one that is known to have ended.

        A RecordId is used only when those before it are used.
        """
        record_ids, seen = self._all(period), self._run.known.ended
        if not seen:
            return record_ids
        ended = [n for n, each in enumerate(record_ids) if each in seen]
        return islice(self._all(period), max(ended, default=0), None)
