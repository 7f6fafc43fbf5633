"""The interface between the service and what records pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from .events import Event
from .store import Task

OnEvent = Callable[[Event], None]
"""Called from any thread with each event of one task."""


class Capture(Protocol):
    """Records pages. Only `close` blocks until recordings have ended.

    `warning` is one sentence on why pages are not recorded; None if they are. `advice` is what
    this machine lacks to display every page well; None if nothing.
    """

    warning: str | None
    advice: str | None

    def full(self) -> bool:
        """Returns whether the limit of concurrent recordings is reached."""

    def start(self, task: Task, request: StartWebRecordRequest, on_event: OnEvent) -> None:
        """Start recording.

        `request` has the complete page and CDN URLs, and no storage keys.
        """

    def stop(self, task: Task) -> None:
        """Called once for each task that has ended, for any reason."""

    def resume(self, tasks: Iterator[Task], on_event_of: Callable[[Task], OnEvent]) -> None:
        """Finish the files of the tasks that an earlier run of the service left."""

    def close(self) -> None:
        """Shut down: stop all recordings and wait until they are finished."""


class NoCapture:
    """Records nothing; tasks exist in the database only. Every page is reported as opened."""

    advice: str | None = None

    def __init__(self, warning: str | None = None) -> None:
        self.warning = warning

    def full(self) -> bool:
        """Never."""
        return False

    def start(self, task: Task, request: StartWebRecordRequest, on_event: OnEvent) -> None:
        """Report the start of a recording."""
        on_event(Event("started"))

    def stop(self, task: Task) -> None:
        """Do nothing."""

    def resume(self, tasks: Iterator[Task], on_event_of: Callable[[Task], OnEvent]) -> None:
        """Do nothing: the tasks go on."""

    def close(self) -> None:
        """Do nothing."""
