"""Time for tests: it passes only where somebody sleeps, so that no test waits."""

from __future__ import annotations

from contextvars import ContextVar

from trtc_webrecord.api.pacing import Clock

EPOCH = 1_750_000_000.0
"""Unix seconds at which the tests' time begins."""
UPTIME = 5000.0
"""What the monotonic clock shows then."""


class Clockwork:
    """A clock for each context, which its own sleeps move on. `now` is seconds since the start.

    A thread begins at 0, or with the time of the context that it was given.
    """

    def __init__(self) -> None:
        self._now: ContextVar[float] = ContextVar("now", default=0.0)
        self.naps: list[float] = []

    @property
    def now(self) -> float:
        return self._now.get()

    @now.setter
    def now(self, seconds: float) -> None:
        self._now.set(seconds)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def wall(self) -> float:
        return EPOCH + self.now

    @property
    def clock(self) -> Clock:
        return Clock(self.wall, lambda: UPTIME + self.now, self.sleep)
