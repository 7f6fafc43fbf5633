"""Time as the provider uses it: a clock that tests replace, the API's pace, and back-off."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Where time comes from. `wall` is Unix seconds, `monotonic` and `sleep` are seconds."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Pacer:
    """Spaces calls evenly, at most `per_second` of them; thread-safe.

    Evenly rather than in bursts, so that a window of one second never holds more than the limit,
    wherever the service lets it begin.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock.monotonic()

    def wait(self) -> None:
        """Return when this call's turn has come."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._clock.sleep(turn - now)


@dataclass(frozen=True)
class Backoff:
    """Pauses with full jitter: random between 0 and a bound that doubles from `base` to `cap` (s).

    `patience` is how long in all (s) before giving up.
    """

    base: float
    cap: float
    patience: float

    def pauses(
        self, clock: Clock, jitter: Callable[[float, float], float] = random.uniform
    ) -> Iterator[float]:
        """The pauses to make, one for each repetition, until patience is used up."""
        deadline = clock.monotonic() + self.patience
        bound = self.base
        while clock.monotonic() < deadline:
            yield jitter(0, bound)
            bound = min(bound * 2, self.cap)
