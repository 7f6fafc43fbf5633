"""The service without HTTP: a request in, an outcome out."""

from __future__ import annotations

import logging
import threading
import time as system_time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from .api.authentication import Credential
from .api.request_handler import RequestHandler
from .api.wire import Outcome, Request, admit
from .callbacks.delivery import Callbacks
from .callbacks.messages import callback
from .errors import ApiError
from .settings import Settings, Switches
from .tasks.capture import Capture, NoCapture
from .tasks.events import ENDING, UPLOAD_ENDED, EndingEvent, Event, MediaFile, Upload
from .tasks.recordings import MAX_DURATION_LIMIT, Recordings
from .tasks.store import Task, TaskStore
from .tasks.uploads import NoUploads, Uploads

_log = logging.getLogger(__name__)


class Service:
    """A page-recording service. Thread-safe; a request is atomic.

    `time` returns Unix seconds; the service's own clock is `clock_offset` ahead of it. `settings`
    are copied. Close the service, or use it as a context manager.

    Attributes: `settings` (change switches by `switch` only), `faults` (the active FaultPlan),
    `calls` (the log of requests), `credentials` (those accepted, by SecretId), `warning`
    (why pages are not recorded, one sentence; None if they are), `advice` (what this machine lacks
    to show every page well; None if nothing), `address` (its URL, once served).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        capture: Capture | None = None,
        uploads: Uploads | None = None,
        time: Callable[[], float] = system_time.time,
    ) -> None:
        self.settings = settings.model_copy()
        self._time = time
        self._lock = threading.RLock()
        self._store = TaskStore(settings.data)
        self._closed = False
        self.address = ""
        self._callbacks = Callbacks(
            settings.callback_url, settings.callback_key, self.now, self._video_url
        )
        self._capture = capture or NoCapture()
        self.warning = self._capture.warning
        self.advice = self._capture.advice
        self._uploads = uploads or NoUploads()
        self._recordings = Recordings(
            self._store, self._capture, self._uploads, self.settings, self.now, self.on_event
        )
        self._handler = RequestHandler(
            self._recordings, self._store, self.settings, self.now, self._lock, self.warning
        )
        self.faults = self._handler.faults
        self.calls = self._handler.calls
        self._initial_switches = self.switches()
        self._resume_clock()
        self._recordings.resume()
        self.credentials = _own_credential(settings)

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop all recordings and close the database."""
        self._capture.close()
        self._uploads.close()
        self._callbacks.close()
        with self._lock:
            self._closed = True
            self._store.close()

    def now(self) -> float:
        """Returns Unix seconds by the service's clock."""
        return self._time() + self.settings.clock_offset

    def handle(self, request: Request) -> Outcome:
        """Process an HTTP request: authentication, then the action."""
        try:
            action, parameters, credential = admit(request, self.credentials, self.now())
        except ApiError as error:
            return self._handler.reject(request.headers.get("x-tc-action", ""), error)
        return self._handler.call(action, parameters, credential.owns)

    def call(self, action: str, parameters: dict[str, Any]) -> Outcome:
        """Process one of the three actions; `parameters` is the request's body, by wire names."""
        return self._handler.call(action, parameters)

    def tasks(self) -> list[Task]:
        """Returns every task, oldest first."""
        with self._lock:
            self._recordings.settle()
            return self._store.all()

    def latest(self, most: int) -> tuple[list[Task], int]:
        """Returns the live and the latest `most` ended tasks, newest first, and the count."""
        with self._lock:
            self._recordings.settle()
            return self._store.latest(most), self._store.count()

    def task(self, task_id: str) -> Task | None:
        """Returns the task with this TaskId."""
        with self._lock:
            self._recordings.settle()
            return self._store.get(task_id)

    def files(self, task_id: str) -> list[MediaFile] | None:
        """Returns the files of a recording; None until they are finished."""
        with self._lock:
            return self._store.files(task_id)

    def upload(self, task_id: str) -> Upload | None:
        """Returns how far the upload of a recording is; None if its files stay here."""
        with self._lock:
            return self._store.upload(task_id)

    def end(
        self, task_id: str, reason: str = "ended by itself", event: EndingEvent | None = None
    ) -> None:
        """End a task now, as if by itself, with the callbacks of `event` before those of its end.

        No effect on one that has ended. Raises `FailedOperation.TaskNotExist`.
        """
        with self._lock:
            self._existing(task_id)
            if event == "limit reached":
                self._recordings.end(task_id, MAX_DURATION_LIMIT)
            elif event:
                self.on_event(task_id, Event(event, reason))
            else:
                self._recordings.end(task_id, reason)

    def post(self, task_id: str, event_type: int, payload: Mapping[str, Any]) -> None:
        """Post a callback of a task, of any kind. The task does not change.

        Raises `FailedOperation.TaskNotExist`.
        """
        with self._lock:
            self._callbacks.post(callback(self._existing(task_id), event_type, payload, self.now()))

    def on_event(self, task_id: str, event: Event) -> None:
        """Process an event of a task: send callbacks, store files, upload them, end the task."""
        with self._lock:
            task = None if self._closed else self._store.get(task_id)
            if task is None or (event.kind in ENDING and not task.live):
                return
            if event.kind == "files ready" and self._recordings.finished(task, event.files):
                return
            self._callbacks.send(task, event)
            if event.kind in UPLOAD_ENDED:
                self._recordings.upload_ended(task, event)
            if event.kind in ENDING:
                _log.warning("task %s: %s: %s", task_id, event.kind, event.message)
                self._recordings.end(task_id, event.message)

    def _resume_clock(self) -> None:
        """Move the clock as far as it was moved before the restart."""
        moved = self._store.moved()
        self.settings.clock_offset += moved
        if moved:
            why = "as it was set before the restart; the control plane's settings change it"
            _log.warning("the clock is %g s ahead, %s", self.settings.clock_offset, why)

    def _existing(self, task_id: str) -> Task:
        task = self._store.get(task_id)
        if task is None:
            raise ApiError("FailedOperation.TaskNotExist", "Task does not exist.")
        return task

    def _video_url(self, task: Task, file: MediaFile) -> str:
        return f"{self.address}/recordings/{quote(task.task_id)}/files/{quote(file.name)}"

    def settle(self) -> None:
        """End the tasks that are due. Every request does so first."""
        with self._lock:
            if not self._closed:
                self._recordings.settle()

    def switch(self, **changes: Any) -> None:
        """Change switches, all or none of them; names and values as in `Switches`.

        Raises `pydantic.ValidationError`.
        """
        with self._lock:
            self._recordings.settle()
            after = Switches.model_validate({**self.switches().model_dump(), **changes})
            for name in changes:
                setattr(self.settings, name, getattr(after, name))
            if "clock_offset" in changes:
                self._store.keep_moved(after.clock_offset - self._initial_switches.clock_offset)

    def switches(self) -> Switches:
        """Returns the current values of the switches."""
        with self._lock:
            values = {name: getattr(self.settings, name) for name in Switches.model_fields}
            return Switches(**values)

    def reset(self) -> None:
        """Reset to the state of the first start: no tasks, no requests, no faults."""
        with self._lock:
            self._recordings.clear()
            self._handler.reset()
            self.credentials = _own_credential(self.settings)
            self.switch(**self._initial_switches.model_dump())

    def advance(self, seconds: float) -> None:
        """Advance the service's clock. Raises ValueError if `seconds` are negative."""
        if seconds < 0:
            raise ValueError("the clock can only be advanced")
        self.switch(clock_offset=self.settings.clock_offset + seconds)


def _own_credential(settings: Settings) -> dict[str, Credential]:
    own = Credential(settings.secret_id, settings.secret_key.get_secret_value())
    return {own.secret_id: own}
