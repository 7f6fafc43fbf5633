"""A replaceable clock, a rate limiter, and back-off with jitter."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """The source of time. `wall` is Unix seconds, `monotonic` and `sleep` are seconds."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Pacer:
    """A rate limiter that spaces requests evenly, at most `per_second`. Thread-safe.

    No bursts: no window of one second has more requests than the limit, wherever it begins.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock.monotonic()

    def wait(self) -> None:
        """Block until the next request may be sent."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._clock.sleep(turn - now)


@dataclass(frozen=True)
class Backoff:
    """Exponential back-off with full jitter: random from 0 to a bound that doubles from `base` to
    `cap` (s), for `patience` (s) in all.
    """

    base: float
    cap: float
    patience: float

    def pauses(
        self, clock: Clock, jitter: Callable[[float, float], float] = random.uniform
    ) -> Iterator[float]:
        """The pause before each retry, until `patience` is over."""
        deadline = clock.monotonic() + self.patience
        bound = self.base
        while clock.monotonic() < deadline:
            yield jitter(0, bound)
            bound = min(bound * 2, self.cap)
