"""Temporary credentials, renewed before they end."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from ..errors import ConfigError
from .key_pair import Credential

Source = Callable[[], Credential]
"""Returns the key pair that is valid now. Raises ConfigError."""

EARLY = 300
"""Seconds before its end at which a session is renewed; at most a tenth of its duration."""


RETRY = 30
"""Seconds until a renewal that has failed is tried again; until its end a session is valid."""


class Session(ABC):
    """The temporary credentials of a role. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._credential: Credential | None = None
        self._ends_at = 0.0
        self._renew_at = 0.0

    def current(self) -> Credential:
        """The credentials. Raises ConfigError if none are granted, or no others at their end."""
        with self._lock:
            now = time.time()
            if self._credential is None or now >= self._renew_at:
                try:
                    self._credential, self._ends_at, duration = self._begin()
                    self._renew_at = self._ends_at - min(EARLY, duration / 10)
                except ConfigError:
                    if self._credential is None or now >= self._ends_at:
                        raise
                    self._renew_at = min(now + RETRY, self._ends_at)
            return self._credential

    @abstractmethod
    def _begin(self) -> tuple[Credential, float, float]:
        """New credentials, their end (Unix seconds) and duration (s). Raises ConfigError."""
