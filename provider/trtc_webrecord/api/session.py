"""Temporary credentials, renewed before they end."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from .key_pair import Credential

Source = Callable[[], Credential]
"""Returns the key pair that is valid now. Raises ConfigError."""

EARLY = 300
"""Seconds before its end at which a session is renewed; at most a tenth of its duration."""


class Session(ABC):
    """The temporary credentials of a role. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._credential: Credential | None = None
        self._renew_at = 0.0

    def current(self) -> Credential:
        """The credentials. Raises ConfigError if none are granted."""
        with self._lock:
            if self._credential is None or time.time() >= self._renew_at:
                self._credential, ends_at, duration = self._begin()
                self._renew_at = ends_at - min(EARLY, duration / 10)
            return self._credential

    @abstractmethod
    def _begin(self) -> tuple[Credential, float, float]:
        """New credentials, their end (Unix seconds) and duration (s). Raises ConfigError."""
