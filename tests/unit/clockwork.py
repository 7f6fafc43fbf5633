"""Time for tests: it passes only where somebody sleeps, so that no test waits."""

from __future__ import annotations

import threading

from trtc_webrecord.api.pacing import Clock

EPOCH = 1_750_000_000.0
"""Unix seconds at which the tests' time begins."""
UPTIME = 5000.0
"""What the monotonic clock shows then."""


class Clockwork(threading.local):
    """A clock for each thread, which its own sleeps move on. `now` is seconds since the start."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def wall(self) -> float:
        return EPOCH + self.now

    @property
    def clock(self) -> Clock:
        return Clock(self.wall, lambda: UPTIME + self.now, self.sleep)
