"""The probes of one run: one for each distinct target, whichever recordings have it.

It imports nothing of HTTP until a target is probed.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from typing import TYPE_CHECKING

from .outcomes import Outcome, Unproven
from .target import Target

if TYPE_CHECKING:
    import requests

LONGEST = 10.0
"""Seconds that a probe may take: finding a host's name and a slow answer have no limit else."""


class Probes:
    """The targets of a run, each of which is probed once. Thread-safe.

    `endpoint` is a store's URL, None the vendor's COS. `by_default`: whether a recording is probed
    without `storage_probe`.
    """

    def __init__(self, endpoint: str | None = None, by_default: bool = False) -> None:
        self.endpoint = endpoint
        self.by_default = by_default
        self._lock = threading.Lock()
        self._outcomes: dict[Target, Future[Outcome]] = {}
        self._unproven: dict[str, Unproven] = {}
        self._told: set[Outcome] = set()
        self._session: requests.Session | None = None

    def outcome(self, target: Target) -> Outcome:
        """The outcome; concurrent callers wait for one probe.

        A store that could not be reached is not probed again for another target.
        """
        with self._lock:
            first = target not in self._outcomes
            found = self._outcomes.setdefault(target, Future())
            if first and (unproven := self._unproven.get(target.address)):
                found.set_result(unproven)
        if first and not found.done():
            threading.Thread(target=self._probe, args=(target, found), daemon=True).start()
        try:
            return found.result(LONGEST)
        except TookTooLong:
            self._settle(found, Unproven(target.address, f"no answer in {LONGEST:g} s"))
            return found.result()

    def is_news(self, outcome: Outcome) -> bool:
        """Whether an outcome was not shown yet."""
        with self._lock:
            known = outcome in self._told
            self._told.add(outcome)
            return not known

    def _probe(self, target: Target, found: Future[Outcome]) -> None:
        from .probe import probe
        from .request import new_session

        with self._lock:
            session = self._session = self._session or new_session()
        try:
            outcome = probe(session, target)
        except Exception as error:
            with self._lock:
                if not found.done():
                    found.set_exception(error)
        else:
            self._settle(found, outcome)

    def _settle(self, found: Future[Outcome], outcome: Outcome) -> None:
        with self._lock:
            if not found.done():
                if isinstance(outcome, Unproven):
                    outcome = self._unproven.setdefault(outcome.address, outcome)
                found.set_result(outcome)
