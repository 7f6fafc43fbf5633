"""A queue of what is to be done at a time, until the service ends."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Wait = Callable[[threading.Condition, float | None], object]
"""Waits for a held condition, for seconds or without a limit."""


@dataclass(frozen=True, order=True)
class Due:
    """Something that is due at a time (s). `number` counts from the oldest."""

    due: float
    number: int


AnyDue = TypeVar("AnyDue", bound=Due)


class DueQueue(Generic[AnyDue]):
    """Items in the order in which they are due. Thread-safe. Times are those of `uptime` (s)."""

    def __init__(
        self,
        uptime: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        self._uptime = uptime
        self._wait = wait
        self._changed = threading.Condition()
        self._waiting: list[AnyDue] = []
        self.closes_at: float | None = None
        """Until when items are taken, once the queue is being closed."""

    def add(self, item: AnyDue) -> bool:
        """Add an item; False if the queue is being closed."""
        with self._changed:
            if self.closes_at is not None:
                return False
            heapq.heappush(self._waiting, item)
            self._changed.notify()
            return True

    def next(self) -> AnyDue | None:
        """Wait for the next item that is due, and take it; None at the end."""
        with self._changed:
            while True:
                now = self._uptime()
                if self.closes_at is not None:
                    more = bool(self._waiting) and now < self.closes_at
                    return heapq.heappop(self._waiting) if more else None
                if self._waiting and self._waiting[0].due <= now:
                    return heapq.heappop(self._waiting)
                self._wait(self._changed, self._waiting[0].due - now if self._waiting else None)

    def keep(self, wanted: Callable[[AnyDue], bool]) -> None:
        """Remove the items that are not wanted."""
        with self._changed:
            self._waiting = sorted(filter(wanted, self._waiting))

    def take_oldest(self, most: int) -> list[AnyDue]:
        """Take the oldest of more than `most` items."""
        with self._changed:
            surplus = len(self._waiting) - most
            if surplus <= 0:
                return []
            oldest = sorted(self._waiting, key=lambda item: item.number)[:surplus]
            self.keep(lambda item: item not in oldest)
            return oldest

    def close(self, seconds: float, wanted: Callable[[AnyDue], bool]) -> None:
        """Accept no more; what is wanted is taken at once, within so many seconds in all."""
        with self._changed:
            if self.closes_at is None:
                self.closes_at = self._uptime() + seconds
                self.keep(wanted)
                self._changed.notify()

    def rest(self) -> list[AnyDue]:
        """What waits, in its order."""
        with self._changed:
            return sorted(self._waiting)
