"""The service itself, independent of HTTP: a request in, an outcome out."""

from __future__ import annotations

import logging
import threading
import time as system_time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from .api.answering import Answering
from .api.authentication import Credential
from .api.wire import Outcome, Request, admit
from .callbacks.delivery import Callbacks
from .errors import ApiError
from .settings import Settings, Switches
from .tasks.capture import Capture, NoCapture
from .tasks.events import ENDING, Event, MediaFile
from .tasks.recordings import Recordings
from .tasks.store import Task, TaskStore

_log = logging.getLogger(__name__)


class Service:
    """A page-recording service. Thread-safe; a request is atomic.

    `time` tells Unix seconds; the service's own clock is `clock_offset` ahead of it. `settings` are
    copied. Close the service in the end, or use it as a context manager.

    Attributes: `settings` (change switches by `switch` only), `faults` (the plan in force), `calls`
    (what was called), `credentials` (those accepted, by SecretId), `notice` (why no page is
    recorded, a sentence; None where they are), `address` (its URL, once it is served).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        capture: Capture | None = None,
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
        self.notice = self._capture.notice
        self._recordings = Recordings(
            self._store, self._capture, self.settings, self.now, self.happened
        )
        self._answering = Answering(
            self._recordings, self._store, self.settings, self.now, self._lock, self.notice
        )
        self.faults = self._answering.faults
        self.calls = self._answering.calls
        self._recordings.resume()
        self._initial_switches = self.switches()
        self.credentials = _own_credential(settings)

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the recordings under way, and close the tasks' file."""
        self._capture.close()
        self._callbacks.close()
        with self._lock:
            self._closed = True
            self._store.close()

    def now(self) -> float:
        """Unix seconds by the service's clock."""
        return self._time() + self.settings.clock_offset

    def handle(self, request: Request) -> Outcome:
        """Answer a request as it came over HTTP."""
        try:
            action, parameters = admit(request, self.credentials, self.now())
        except ApiError as error:
            return self._answering.refuse(request.headers.get("x-tc-action", ""), error)
        return self.call(action, parameters)

    def call(self, action: str, parameters: dict[str, Any]) -> Outcome:
        """Answer one of the three actions; `parameters` is the request's body, by wire names."""
        return self._answering.call(action, parameters)

    def tasks(self) -> list[Task]:
        """Every task, oldest first."""
        with self._lock:
            self._recordings.settle()
            return self._store.all()

    def task(self, task_id: str) -> Task | None:
        """The task with this TaskId."""
        with self._lock:
            self._recordings.settle()
            return self._store.get(task_id)

    def files(self, task_id: str) -> list[MediaFile] | None:
        """The files that a recording has come to; None as long as they are not finished."""
        with self._lock:
            return self._store.files(task_id)

    def end(self, task_id: str, reason: str = "ended by itself") -> None:
        """Let a task end by itself, now. An unknown one raises `FailedOperation.TaskNotExist`."""
        with self._lock:
            if self._store.get(task_id) is None:
                raise ApiError("FailedOperation.TaskNotExist", "Task does not exist.")
            self._recordings.end(task_id, reason)

    def happened(self, task_id: str, event: Event) -> None:
        """Take note of what a capture tells of a task, and end the task where it has ended."""
        with self._lock:
            task = None if self._closed else self._store.get(task_id)
            if task is None or (event.kind in ENDING and not task.live):
                return
            self._callbacks.send(task, event)
            if event.kind == "files ready":
                self._store.keep_files(task_id, event.files)
            if event.kind in ENDING:
                _log.warning("task %s: %s: %s", task_id, event.kind, event.message)
                self._recordings.end(task_id, event.message)

    def _video_url(self, task: Task, file: MediaFile) -> str:
        return f"{self.address}/recordings/{quote(task.task_id)}/files/{quote(file.name)}"

    def settle(self) -> None:
        """End the tasks whose time has come. Every call does so first."""
        with self._lock:
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

    def switches(self) -> Switches:
        """The switches as they are."""
        with self._lock:
            values = {name: getattr(self.settings, name) for name in Switches.model_fields}
            return Switches(**values)

    def reset(self) -> None:
        """Make everything as it was on the first start: no tasks, no calls, no faults."""
        with self._lock:
            self._recordings.clear()
            self._answering.reset()
            self.credentials = _own_credential(self.settings)
            self.switch(**self._initial_switches.model_dump())

    def advance(self, seconds: float) -> None:
        """Put the service's clock forward."""
        self.switch(clock_offset=self.settings.clock_offset + seconds)


def _own_credential(settings: Settings) -> dict[str, Credential]:
    own = Credential(settings.secret_id, settings.secret_key.get_secret_value())
    return {own.secret_id: own}
