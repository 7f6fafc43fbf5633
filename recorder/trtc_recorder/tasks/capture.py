"""Where the recording itself plugs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from .events import Event
from .store import Task

Tell = Callable[[Event], None]
"""Called from any thread with what happens to one task."""


class Capture(Protocol):
    """Records pages. No method waits for a recording, but for `close`.

    `notice` is one sentence on why pages are not recorded; None where they are.
    """

    notice: str | None

    def full(self) -> bool:
        """Whether as many pages are being recorded as may be at once."""

    def start(self, task: Task, request: StartWebRecordRequest, tell: Tell) -> None:
        """Begin to record.

        `request` has the page's and the CDN targets' whole URLs, and no storage keys.
        """

    def stop(self, task: Task) -> None:
        """Called once for each task that has ended, whatever ended it."""

    def resume(self, task: Task, tell: Tell) -> None:
        """Settle a task whose files another service, that is no more, has not finished."""

    def close(self) -> None:
        """The service is about to end: stop everything and wait until it is done."""


class NoCapture:
    """Keeps the tasks' books and records nothing."""

    def __init__(self, notice: str | None = None) -> None:
        self.notice = notice

    def full(self) -> bool:
        """Never."""
        return False

    def start(self, task: Task, request: StartWebRecordRequest, tell: Tell) -> None:
        """Record nothing."""

    def stop(self, task: Task) -> None:
        """Stop nothing."""

    def resume(self, task: Task, tell: Tell) -> None:
        """A task that records nothing lives on."""

    def close(self) -> None:
        """Nothing is under way."""
