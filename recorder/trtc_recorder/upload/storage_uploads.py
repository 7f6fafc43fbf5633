"""Uploads the files of finished recordings, one after the other."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from trtc_webrecord.declaration.spec import StartWebRecordRequest

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
class _Waiting:
    due: float
    number: int
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
        wait: Callable[[threading.Condition, float | None], object] = threading.Condition.wait,
    ) -> None:
        self._endpoint = endpoint
        self._storage = storage
        self._uptime = uptime
        self._wait = wait
        self._changed = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._started = 0
        self._closes_at: float | None = None
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
        with self._changed:
            self._started += 1
            self._queue(_Waiting(self._uptime(), self._started, task, files, on_event))

    def forget(self, task: Task) -> None:
        """Remove the task's keys. A pending upload ends without an event."""
        kept_keys.remove(self._storage.working(task))
        with self._changed:
            self._waiting = [each for each in self._waiting if each.task.task_id != task.task_id]
            heapq.heapify(self._waiting)

    def close(self) -> None:
        """Make the first attempts that are pending, within CLOSE_TIMEOUT in all."""
        with self._changed:
            self._closes_at = self._uptime() + CLOSE_TIMEOUT
            self._waiting = sorted(each for each in self._waiting if each.failed_at is None)
            self._changed.notify()
        self._thread.join(CLOSE_TIMEOUT)

    def _queue(self, waiting: _Waiting) -> None:
        heapq.heappush(self._waiting, waiting)
        self._changed.notify()

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            try:
                again = self._attempt(waiting)
            except Exception as error:
                name = type(error).__name__
                _log.error("task %s: its upload is tried again: %s", waiting.task.task_id, name)
                again = self._later(waiting)
            if again is not None and self.has_keys(again.task):
                with self._changed:
                    if self._closes_at is None:
                        self._queue(again)

    def _next(self) -> _Waiting | None:
        """Wait for the next attempt that is due; None at the end."""
        with self._changed:
            while True:
                now = self._uptime()
                if self._closes_at is not None:
                    more = bool(self._waiting) and now < self._closes_at
                    return heapq.heappop(self._waiting) if more else None
                if self._waiting and self._waiting[0].due <= now:
                    return heapq.heappop(self._waiting)
                self._wait(self._changed, self._waiting[0].due - now if self._waiting else None)

    def _attempt(self, waiting: _Waiting) -> _Waiting | None:
        """Upload what the store does not have; return the next attempt, None if none is needed."""
        task, files = waiting.task, waiting.files
        try:
            self._upload(task)
        except UploadError as error:
            again = self._later(waiting)
            overdue = again.due - (again.failed_at or 0) > TRIED_FOR
            if not error.final and not overdue:
                seconds = waiting.pause
                _log.warning(
                    "task %s: not uploaded, again in %g s: %s", task.task_id, seconds, error
                )
                return again
            _log.error("task %s: its files stay here: %s", task.task_id, error)
            waiting.on_event(Event("upload failed", str(error), files=files))
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
            if self._closes_at is not None and self._uptime() >= self._closes_at:
                raise UploadError("the service is ending", final=False)
            if name not in done:
                store.put(file, prefix + name)
                kept_keys.note_uploaded(working, name)


def _playlists_last(folder: Path) -> list[Path]:
    """Returns the files of a recording; a playlist after its segments."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".tmp")
    return sorted(files, key=lambda path: (path.suffix == ".m3u8", path))
