"""The rate limit: requests a second for each action."""

from __future__ import annotations

from ..errors import too_many_requests


class RateLimit:
    """Counts the requests of each action in each full second of the service's clock."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}

    def count(self, action: str, limit: int, now: float) -> None:
        """Count a request at `now` (Unix s). `RequestLimitExceeded` over `limit`; 0 is none."""
        second, count = self._counts.get(action, (0, 0))
        count = count + 1 if second == int(now) else 1
        self._counts[action] = (int(now), count)
        if limit and count > limit:
            raise too_many_requests(count, limit)
