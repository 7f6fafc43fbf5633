"""The recordings of a stack that ended before a run, which an unchanged program leaves ended."""

from __future__ import annotations

import threading

from ..declaration.declaration import declared_name, first_names
from .ending import EARLY, stored_verdict
from .run import Run
from .stored import Stored


class EndedBefore:
    """Names them once in a run, or `pulumi up` would say no more than `7 unchanged`."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._announced = False

    def announce(self, stored: Stored) -> None:
        """Show the ended recordings of the state, of which this is one, the early ends first."""
        with self._lock:
            if self._announced:
                return
            self._announced = True
        others = (
            each
            for each in self._run.state.others(stored.urn)
            if each.status == "ended" and not each.restarts
        )
        ended = sorted(
            (not stored_verdict(each).startswith(EARLY), declared_name(each.props))
            for each in (stored, *others)
        )
        names = [name + " (early)" * (not is_later) for is_later, name in ended]
        self._run.notify(
            f"recordings that ended before this run: {first_names(names)}. "
            "To record one again, change its `triggers`"
        )
