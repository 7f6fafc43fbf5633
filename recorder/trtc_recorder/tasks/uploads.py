"""The interface between the service and what uploads recordings to the request's bucket."""

from __future__ import annotations

from typing import Protocol

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from .capture import OnEvent
from .events import MediaFile
from .store import Task


class Uploads(Protocol):
    """Uploads the files of finished recordings. Only `close` blocks."""

    def keep_keys(self, task: Task, request: StartWebRecordRequest) -> None:
        """Keep the storage keys of a task on COS until `forget`. Raises OSError."""

    def has_keys(self, task: Task) -> bool:
        """Returns whether the task's files can be uploaded."""

    def start(self, task: Task, files: tuple[MediaFile, ...], on_event: OnEvent) -> None:
        """Upload the files. `on_event` gets one event, `uploaded` or `upload failed`.

        It is called from another thread, and again if it raises.
        """

    def forget(self, task: Task) -> None:
        """Remove what is kept for the task."""

    def close(self) -> None:
        """Shut down. What is not uploaded by then is uploaded by the next run of the service."""


class NoUploads:
    """Uploads nothing and keeps no keys; files stay in the task's folder."""

    def keep_keys(self, task: Task, request: StartWebRecordRequest) -> None:
        """Do nothing."""

    def has_keys(self, task: Task) -> bool:
        """Never."""
        return False

    def start(self, task: Task, files: tuple[MediaFile, ...], on_event: OnEvent) -> None:
        """Do nothing."""

    def forget(self, task: Task) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""
