"""The log of API requests and their outcomes."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass

RECENT = 10_000
"""How many of the latest requests are kept; the counts cover all."""


@dataclass(frozen=True)
class Call:
    """One request as the client saw it.

    `outcome` is `OK`, an API code, or the fault injected instead of a response: `cut`, `not_json`,
    `http 503`. `executed` is true if the request took effect. `time` is Unix seconds of the
    service's clock, at the response.
    """

    time: float
    action: str
    sdk_app_id: int | None
    record_id: str | None
    task_id: str | None
    outcome: str
    executed: bool
    request_id: str


class CallLog:
    """The latest requests and the counts of all. Thread-safe.

    `held` is how many requests the fault `hang` delays right now, before or after execution.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.held = 0
        self._recent: deque[Call] = deque(maxlen=RECENT)
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, call: Call) -> None:
        """Log a request."""
        with self._lock:
            self._recent.append(call)
            self._counts[call.action, call.outcome] += 1

    def recent(self) -> list[Call]:
        """Returns the latest requests, oldest first."""
        with self._lock:
            return list(self._recent)

    def counts(self) -> dict[str, dict[str, int]]:
        """Returns how often each action had each outcome."""
        counts: dict[str, dict[str, int]] = {}
        with self._lock:
            for (action, outcome), count in self._counts.items():
                counts.setdefault(action, {})[outcome] = count
        return counts

    def reset(self) -> None:
        """Clear the log and the counts."""
        with self._lock:
            self._recent.clear()
            self._counts.clear()
