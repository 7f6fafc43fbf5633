"""A replaceable clock, a rate limiter, and back-off with jitter."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SLOWER = 0.7
"""What a rejection leaves of the rate."""
SLOWEST = 0.05
"""The lowest rate, as a part of the highest."""
RECOVERY = 0.025
"""What comes back in a second, as a part of the highest rate."""
WORKERS = 32
"""Operations served at once. At a round trip of 0.3 s, 6 keep up with the API's 20 starts a second;
the rest can wait for a new task to become visible or for a slow stop."""


SILENCE = 5.0
"""Seconds of waiting before the user is shown why."""


@dataclass(frozen=True)
class Clock:
    """The source of time. `wall` is Unix seconds, `monotonic` and `sleep` are seconds."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def sleeper(self, on_wait: Callable[[], None]) -> Callable[[float], None]:
        """`sleep`, which calls `on_wait` once, when SILENCE seconds have passed from now."""
        begun = self.monotonic()
        silent = True

        def sleep(seconds: float) -> None:
            nonlocal silent
            if silent and self.monotonic() - begun >= SILENCE:
                silent = False
                on_wait()
            self.sleep(seconds)

        return sleep


class Pacer:
    """A rate limiter that spaces requests evenly, at most `per_second`. Thread-safe.

    No bursts: no window of one second has more requests than the limit, wherever it begins. The
    limit is the account's: where others use it too, each that slows down after a rejection and
    recovers slowly comes to an equal share of it, with few rejections.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._most = self._rate = per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._next = self._slowed = clock.monotonic()

    def wait(self) -> None:
        """Block until the next request may be sent."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            self._next = turn + 1 / self._rate_at(turn)
        if turn > now:
            self._clock.sleep(turn - now)

    def slow_down(self) -> None:
        """A request was rejected as one too many; what is rejected within a second counts once."""
        with self._lock:
            now = self._clock.monotonic()
            if now - self._slowed >= 1 or self._rate == self._most:
                self._rate = max(SLOWER * self._rate_at(now), SLOWEST * self._most)
                self._slowed = now

    def _rate_at(self, moment: float) -> float:
        recovered = RECOVERY * self._most * max(0, moment - self._slowed)
        return min(self._rate + recovered, self._most)


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
