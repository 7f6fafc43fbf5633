"""Records pages: starts and supervises a recorder process for each task."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..browser.options import CaptureOptions
from ..errors import BROKEN, NOT_SET_UP, unexpected
from ..tasks.capture import OnEvent
from ..tasks.events import Event, Relayed
from ..tasks.storage import Storage
from ..tasks.store import Task
from ..worker.job import Job
from ..worker.runtime_folder import new_runtime
from . import cpus
from .cleanup import finish_files, remove_working_files
from .recorder_process import RecorderProcess

RECORDINGS_PER_CPU = 2
"""Recordings of 1280x720 for each CPU that may be used: docs/performance.md."""

CLOSE_TIMEOUT = 20.0
"""Seconds for running recordings to finish on shutdown. What is not finished by then is finished at
the next start."""

INTERRUPTED = "the service was killed or stopped while it recorded"
DIED = "the recorder process died"

RETRY_PAUSE = 1.0
"""Seconds before an event that the service could not process is reported again."""

_log = logging.getLogger(__name__)


class PageCapture:
    """Records pages with the programs of this machine.

    `limit` is the maximum at once; 0 is RECORDINGS_PER_CPU, and at least 1. `advice`: see Capture.
    """

    warning: str | None = None

    def __init__(
        self,
        storage: Storage,
        limit: int = 0,
        options: CaptureOptions | None = None,
        advice: str | None = None,
    ) -> None:
        self.advice = advice
        self._storage = storage
        self._options = options or CaptureOptions()
        self._limit = limit or max(1, int(RECORDINGS_PER_CPU * cpus.usable()))
        self._lock = threading.Lock()
        self._running: dict[str, RecorderProcess] = {}
        self._threads: set[threading.Thread] = set()
        self._closing = False

    def full(self) -> bool:
        """Returns whether `limit` recordings are running."""
        with self._lock:
            return len(self._running) >= self._limit

    def start(self, task: Task, request: StartWebRecordRequest, on_event: OnEvent) -> None:
        """Start the task's process."""
        try:
            process = RecorderProcess(self._job(task, request))
        except OSError as error:
            on_event(Event("start failed", f"{NOT_SET_UP}: {error.strerror}"))
            self._in_background(partial(self._attend, task, on_event, None))
            return
        with self._lock:
            self._running[task.task_id] = process
        try:
            self._in_background(partial(self._attend, task, on_event, process))
        except RuntimeError:  # no thread can be started
            with self._lock:
                del self._running[task.task_id]
            process.stop()
            raise

    def stop(self, task: Task) -> None:
        """Ask the task's process to finish."""
        with self._lock:
            process = self._running.get(task.task_id)
        if process:
            process.stop()

    def resume(self, tasks: Iterator[Task], on_event_of: Callable[[Task], OnEvent]) -> None:
        """End the tasks of an earlier run, and finish their files once no process holds them."""
        left = [(task, on_event_of(task)) for task in tasks]
        for task, on_event in left:
            if task.live:
                on_event(Event("abnormal", INTERRUPTED))
        shared = iter(left)

        def finish() -> None:
            for task, on_event in shared:
                self._attend(task, on_event, None)
                if self._closing:  # what is left is finished at the next start
                    break

        for _ in left[: self._limit]:
            self._in_background(finish)

    def close(self) -> None:
        """Stop all recordings, and wait until their files are finished."""
        with self._lock:
            self._closing = True
            processes, threads = list(self._running.values()), list(self._threads)
        for process in processes:
            process.stop()
        deadline = time.monotonic() + CLOSE_TIMEOUT
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))

    def _in_background(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._threads.discard(thread)

        thread = threading.Thread(target=run, name="recording", daemon=True)
        with self._lock:
            thread.start()
            self._threads.add(thread)

    def _attend(self, task: Task, on_event: OnEvent, process: RecorderProcess | None) -> None:
        """Pass on the events of the process; finish its files after any end."""
        recording, working = self._storage.recording(task), self._storage.working(task)
        try:
            if process:
                reason = self._follow(process, on_event)
                _report_until_accepted(on_event, Event("abnormal", reason))
            files = finish_files(recording, working)
            _report_until_accepted(on_event, Event("files ready", files=files))
            remove_working_files(working)
        except Exception as error:
            _log.error("task %s: %s", task.task_id, unexpected(error))
        finally:
            with self._lock:
                self._running.pop(task.task_id, None)

    def _follow(self, process: RecorderProcess, on_event: OnEvent) -> str:
        """Pass on the events of the process; return why it has ended."""
        relays: dict[str, Relayed] = {}
        try:
            for event in process.events():
                _report_until_accepted(on_event, event)
                if event.relayed:
                    relays[event.relayed.url] = event.relayed
            reason = INTERRUPTED if self._closing else DIED
        except Exception as error:
            _log.error(unexpected(error))
            reason = f"{BROKEN}: {type(error).__name__}"
        for relayed in relays.values():
            if relayed.state != "idle":  # the process was killed
                idle = Relayed("idle", relayed.url)
                _report_until_accepted(on_event, Event("relay", relayed=idle))
        return reason

    def _job(self, task: Task, request: StartWebRecordRequest) -> Job:
        recording, working = self._storage.recording(task), self._storage.working(task)
        for folder in (recording, working):
            folder.mkdir(parents=True, exist_ok=True)
        runtime = new_runtime()
        Job.runtime_of(working).symlink_to(runtime)
        return Job(request, recording.resolve(), working.resolve(), runtime, self._options)


def _report_until_accepted(on_event: OnEvent, event: Event) -> None:
    """Report an event; retry until the service has processed it (a full disk can delay that)."""
    while True:
        try:
            on_event(event)
        except Exception as error:
            _log.error("%s could not be processed: %s", event.kind, type(error).__name__)
            time.sleep(RETRY_PAUSE)
        else:
            return
