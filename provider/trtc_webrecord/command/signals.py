"""Signals that end a command at a point where it knows what it has started."""

from __future__ import annotations

import signal
from dataclasses import replace

from ..api.pacing import Clock

NUMBERS = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}

SLICE = 0.2
"""Seconds until a signal is noticed in a wait."""


class Signals:
    """While entered, a signal ends the next wait of `clock` by KeyboardInterrupt, and nothing else.

    So a request that is under way gets its response. `heeded`: False when nothing may be left out.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._arrived = False
        self.heeded = True
        self.clock = replace(clock, sleep=self._sleep)

    def __enter__(self) -> Signals:
        self._before = {number: signal.signal(number, self._note) for number in NUMBERS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, *_: object) -> None:
        self._arrived = True

    def _sleep(self, seconds: float) -> None:
        until = self._clock.monotonic() + seconds
        while not (self._arrived and self.heeded):
            left = until - self._clock.monotonic()
            if left <= 0:
                return
            self._clock.sleep(min(left, SLICE))
        raise KeyboardInterrupt
