"""Uploads the files of finished recordings, one after the other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..due_queue import Due, DueQueue, Wait
from ..errors import BROKEN
from ..tasks.capture import OnEvent
from ..tasks.events import Event, MediaFile
from ..tasks.storage import Storage, file_prefix
from ..tasks.store import Task
from . import kept_keys
from .object_store import ObjectStore, UploadError

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds before an upload is tried again; each pause is twice the one before."""

TRIED_FOR = 86400.0
"""Seconds from the first failure, after which an upload has failed for good."""

CLOSE_TIMEOUT = 20.0
"""Seconds on shutdown for uploads that have not failed yet; the rest goes on at the next start."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class _Waiting(Due):
    task: Task = field(compare=False)
    files: tuple[MediaFile, ...] = field(compare=False)
    on_event: OnEvent = field(compare=False)
    failed_at: float | None = field(default=None, compare=False)
    pause: float = field(default=FIRST_PAUSE, compare=False)


class StorageUploads:
    """Uploads to the store at `endpoint`, from the folders of `storage`, on one thread.

    Pauses are by `uptime` (s) and waited for by `wait` (a held condition, s or None).
    """

    def __init__(
        self,
        endpoint: str,
        storage: Storage,
        *,
        uptime: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        self._endpoint = endpoint
        self._storage = storage
        self._uptime = uptime
        self._queue = DueQueue[_Waiting](uptime, wait)
        self._numbers = count()
        self._thread = threading.Thread(target=self._run, name="uploads", daemon=True)
        self._thread.start()

    def keep_keys(self, task: Task, request: StartWebRecordRequest) -> None:
        """Keep the request's storage keys. Raises OSError."""
        kept_keys.keep(self._storage.working(task), request)

    def has_keys(self, task: Task) -> bool:
        """Returns whether the task's keys are kept."""
        return kept_keys.are_kept(self._storage.working(task))

    def start(self, task: Task, files: tuple[MediaFile, ...], on_event: OnEvent) -> None:
        """Queue the upload of a task's files."""
        self._queue.add(_Waiting(self._uptime(), next(self._numbers), task, files, on_event))

    def forget(self, task: Task) -> None:
        """Remove the task's keys. A pending upload ends without an event."""
        kept_keys.remove(self._storage.working(task))
        self._queue.keep(lambda waiting: waiting.task.task_id != task.task_id)

    def close(self) -> None:
        """Make the first attempts that are pending, within CLOSE_TIMEOUT in all."""
        self._queue.close(CLOSE_TIMEOUT, lambda waiting: waiting.failed_at is None)
        self._thread.join(CLOSE_TIMEOUT)

    def _run(self) -> None:
        while (waiting := self._queue.next()) is not None:
            try:
                again = self._attempt(waiting)
            except Exception as error:
                name = type(error).__name__
                _log.error("task %s: its upload is reported again: %s", waiting.task.task_id, name)
                again = self._later(waiting)
            if again is not None and self.has_keys(again.task):
                self._queue.add(again)

    def _attempt(self, waiting: _Waiting) -> _Waiting | None:
        """Upload what the store does not have; return the next attempt, None if none is needed."""
        task, files = waiting.task, waiting.files
        try:
            self._upload(task)
        except Exception as error:
            why = UploadError(f"{BROKEN}: {type(error).__name__}", final=False)
            if isinstance(error, UploadError):
                why = error
            again = self._later(waiting)
            overdue = again.due - (again.failed_at or 0) > TRIED_FOR
            if not why.final and not overdue:
                seconds = waiting.pause
                _log.warning("task %s: not uploaded, again in %g s: %s", task.task_id, seconds, why)
                return again
            _log.error("task %s: its files stay here: %s", task.task_id, why)
            waiting.on_event(Event("upload failed", str(why), files=files))
        else:
            _log.info("task %s: uploaded to %s", task.task_id, file_prefix(task))
            waiting.on_event(Event("uploaded", files=files))
        return None

    def _later(self, waiting: _Waiting) -> _Waiting:
        now = self._uptime()
        return replace(
            waiting,
            due=now + waiting.pause,
            failed_at=now if waiting.failed_at is None else waiting.failed_at,
            pause=min(2 * waiting.pause, LONGEST_PAUSE),
        )

    def _upload(self, task: Task) -> None:
        folder, working = self._storage.recording(task), self._storage.working(task)
        cos = task.settings["StorageParams"]["CloudStorage"]
        try:
            keys = kept_keys.read(working)
        except (OSError, ValueError, TypeError):
            raise UploadError("the storage keys cannot be read any more", final=True) from None
        store = ObjectStore(self._endpoint, cos["Bucket"], cos["Region"], keys)
        prefix = "/".join([*cos.get("FileNamePrefix", []), task.task_id, ""])
        done = kept_keys.uploaded(working)
        for file in _playlists_last(folder):
            name = file.relative_to(folder).as_posix()
            closes_at = self._queue.closes_at
            if closes_at is not None and self._uptime() >= closes_at:
                raise UploadError("the service is ending", final=False)
            if name not in done:
                store.put(file, prefix + name)
                kept_keys.note_uploaded(working, name)


def _playlists_last(folder: Path) -> list[Path]:
    """Returns the files of a recording; a playlist after its segments."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".tmp")
    return sorted(files, key=lambda path: (path.suffix == ".m3u8", path))
