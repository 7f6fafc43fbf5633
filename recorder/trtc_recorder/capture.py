"""Where the recording itself plugs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from trtc_webrecord.spec import StartWebRecordRequest

from .tasks import Task


class Capture(Protocol):
    """Records pages. Both methods return at once; the work goes on elsewhere."""

    def start(
        self, task: Task, request: StartWebRecordRequest, ended: Callable[[str], None]
    ) -> None:
        """Begin to record.

        `request` has the page's and the CDN targets' whole URLs, and no storage keys. `ended` is
        called with a reason, from any thread, where the recording ends by itself.
        """

    def stop(self, task: Task) -> None:
        """Called once for each task that has ended, whatever ended it."""


class NoCapture:
    """Keeps the tasks' books and records nothing."""

    def start(
        self, task: Task, request: StartWebRecordRequest, ended: Callable[[str], None]
    ) -> None:
        """Record nothing."""

    def stop(self, task: Task) -> None:
        """Stop nothing."""
