"""Which failed requests are sent again, for how long, and what the user is shown meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..errors import Ambiguous, ApiError, CapacityExceeded, NotSent, Throttled, Untrusted
from .pacing import Backoff, Clock

Policy = Mapping[type[ApiError], Backoff]

NOT_EXECUTED: Policy = {
    Untrusted: Backoff(base=0, cap=0, patience=0),
    NotSent: Backoff(base=0.5, cap=8, patience=30),
    Throttled: Backoff(base=1, cap=8, patience=120),
}
"""Errors after which any action is safe to retry, and for how long: not at all where waiting does
not help. The first that fits is taken."""

IDEMPOTENT: Policy = {
    **NOT_EXECUTED,
    Ambiguous: Backoff(base=0.5, cap=8, patience=60),
    CapacityExceeded: Backoff(base=0.5, cap=8, patience=60),
}
"""The same for DescribeWebRecord and StopWebRecord, both safe to retry at any time."""


class Retries:
    """The retries of one request.

    `show` is called with the last error and the patience (s) for it, once, when the request takes
    longer than SILENCE seconds.
    """

    def __init__(
        self, policy: Policy, clock: Clock, show: Callable[[ApiError, float], None]
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._pauses: dict[type[ApiError], Iterator[float]] = {}
        self._last: tuple[ApiError, float]
        self._sleep = clock.sleeper(lambda: show(*self._last))

    def pause(self, error: ApiError) -> bool:
        """Wait before the request is sent again; False if it must not be."""
        kind = next((kind for kind in self._policy if isinstance(error, kind)), None)
        if kind is None:
            return False
        backoff = self._policy[kind]
        if kind not in self._pauses:
            self._pauses[kind] = backoff.pauses(self._clock)
        seconds = next(self._pauses[kind], None)
        if seconds is None:
            return False
        self._last = error, backoff.patience
        self._sleep(seconds)
        return True
