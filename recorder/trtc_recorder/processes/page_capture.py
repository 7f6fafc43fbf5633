"""Records pages: a recorder process for each task, and what becomes of it."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from pathlib import Path

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..capturing.job import Job
from ..tasks.capture import Tell
from ..tasks.events import Event
from ..tasks.storage import Storage
from ..tasks.store import Task
from .recorder_process import RecorderProcess
from .settling import clear, settle

RECORDINGS_PER_CORE = 2
"""How many recordings of 1280x720 a processor core carries: docs/performance.md."""

CLOSE_PATIENCE = 20.0
"""Seconds for the recordings under way to be finished when the service ends. What is not finished
then, the next service does."""

INTERRUPTED = "the service was killed or stopped while it recorded"
DIED = "the recorder process died"
NOT_SET_UP = "the recorder could not be set up"

RETRY_PAUSE = 1.0
"""Seconds before what the service could not take note of is told again."""

_log = logging.getLogger(__name__)


class PageCapture:
    """Records pages with the programs of this machine.

    `limit` is how many at once, 0 for what the cores carry.
    """

    notice: str | None = None

    def __init__(self, storage: Storage, limit: int = 0) -> None:
        self._storage = storage
        self._limit = limit or RECORDINGS_PER_CORE * (os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._running: dict[str, RecorderProcess] = {}
        self._threads: set[threading.Thread] = set()
        self._closing = False

    def full(self) -> bool:
        """Whether `limit` recordings are under way."""
        with self._lock:
            return len(self._running) >= self._limit

    def start(self, task: Task, request: StartWebRecordRequest, tell: Tell) -> None:
        """Start the task's process."""
        try:
            process = RecorderProcess(self._job(task, request))
        except OSError as error:
            tell(Event("start failed", f"{NOT_SET_UP}: {error.strerror}"))
            self._in_background(task, tell)
            return
        with self._lock:
            self._running[task.task_id] = process
        self._in_background(task, tell, process)

    def stop(self, task: Task) -> None:
        """Tell the task's process to finish."""
        with self._lock:
            process = self._running.get(task.task_id)
        if process:
            process.stop()

    def resume(self, task: Task, tell: Tell) -> None:
        """End the task of a service that is no more, and settle its files once they are left."""
        if task.live:
            tell(Event("abnormal", INTERRUPTED))
        self._in_background(task, tell)

    def close(self) -> None:
        """Stop all recordings, and wait until their files are finished."""
        with self._lock:
            self._closing = True
            processes, threads = list(self._running.values()), list(self._threads)
        for process in processes:
            process.stop()
        deadline = time.monotonic() + CLOSE_PATIENCE
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))

    def _in_background(
        self, task: Task, tell: Tell, process: RecorderProcess | None = None
    ) -> None:
        thread = threading.Thread(
            target=self._attend, args=[task, tell, process], name="recording", daemon=True
        )
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _attend(self, task: Task, tell: Tell, process: RecorderProcess | None) -> None:
        """Pass on what the process tells, and settle what it leaves, whatever ended it."""
        recording, working = self._storage.recording(task), self._storage.working(task)
        try:
            if process:
                for event in process.events():
                    _tell_for_certain(tell, event)
                reason = INTERRUPTED if self._closing else DIED
                _tell_for_certain(tell, Event("abnormal", reason))
            files = settle(recording, working)
            _tell_for_certain(tell, Event("files ready", files=files))
        finally:
            clear(working)
            with self._lock:
                self._running.pop(task.task_id, None)
                self._threads.discard(threading.current_thread())

    def _job(self, task: Task, request: StartWebRecordRequest) -> Job:
        recording, working = self._storage.recording(task), self._storage.working(task)
        for folder in (recording, working):
            folder.mkdir(parents=True, exist_ok=True)
        runtime = Path(tempfile.mkdtemp(prefix="trtc-recorder-"))
        Job.runtime_of(working).symlink_to(runtime)
        return Job(request, recording.resolve(), working.resolve(), runtime)


def _tell_for_certain(tell: Tell, event: Event) -> None:
    """Tell it until it is taken note of, which a full disk may put off."""
    while True:
        try:
            tell(event)
        except Exception as error:
            _log.error("%s was not taken note of: %s", event.kind, type(error).__name__)
            time.sleep(RETRY_PAUSE)
        else:
            return
