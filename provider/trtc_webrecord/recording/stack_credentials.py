"""The credentials of a run: those that Pulumi configures, or the stack's present ones.

A refresh and a destroy run no program, so Pulumi configures what the last `pulumi up` had; so does
an `up` whose program no longer declares a recording. Keys that were rotated since are rejected.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..api.credentials import Credential, CredentialSource
from ..errors import ConfigError

Present = Callable[[str], CredentialSource | None]
"""The credentials of a stack's config, by the stack's name; None if it cannot be read, or if the
run's provider has a configuration of its own."""


class StackCredentials:
    """The configured credentials, until they are rejected and others are present. Thread-safe.

    `stack` is the name of the stack, as soon as an operation has shown it.
    """

    def __init__(self, configured: CredentialSource, present: Present) -> None:
        self._source = configured
        self._present = present
        self._lock = threading.Lock()
        self._tried = False
        self.present_were_tried = False
        """Whether the present ones could be read, and were used or are the same."""
        self.stack = ""

    def current(self) -> Credential:
        """The key pair to sign the next request with. Raises ConfigError if there is none."""
        try:
            return self._source.current()
        except ConfigError:
            self._use_present()
            return self._source.current()

    def refresh(self) -> None:
        """Discard temporary credentials that the service no longer accepts."""
        self._source.refresh()

    def renew(self, rejected: Credential) -> bool:
        """Use the present credentials; whether these are others than the rejected ones."""
        self._use_present()
        return self.current() != rejected

    def _use_present(self) -> None:
        """Read them once in a run."""
        with self._lock:
            if self._tried or not self.stack:
                return
            self._tried = True
            present = self._present(self.stack)
            if present is None:
                return
            self.present_were_tried = True
            try:
                present.current()
            except ConfigError:
                return
            self._source = present
