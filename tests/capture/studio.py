"""A service that records for real, with a receiver of its callbacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from http_server import Handler, http_server
from trtc_recorder import Response, Task
from trtc_recorder.browser.options import CaptureOptions
from trtc_recorder.processes.page_capture import PageCapture
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import (
    Recorder,
    RunningCommand,
    RunningService,
    local_settings,
    running_command,
    running_service,
)
from waiting import until

BUCKET = "lessons-1250000000"
COS = {
    "Vendor": 0,
    "Region": "ap-singapore",
    "Bucket": BUCKET,
    "AccessKey": "AKID",
    "SecretKey": "key",
    "FileNamePrefix": ["math", "monday"],
}
FILES_READY = (305, 310, 311)


@dataclass
class Callbacks:
    """What a receiver got, oldest first."""

    address: str
    got: list[dict[str, Any]] = field(default_factory=list)

    def of(self, task_id: str) -> list[dict[str, Any]]:
        """The callbacks of a task."""
        return [told for told in self.got if told["EventInfo"]["TaskId"].startswith(task_id)]

    def types(self, task_id: str) -> list[tuple[int, int]]:
        """The types of a task's callbacks, each with its status."""
        return [
            (told["EventType"], told["EventInfo"]["Payload"]["Status"]) for told in self.of(task_id)
        ]

    def messages(self, task_id: str, event_type: int) -> list[str]:
        """The messages of a task's callbacks of one type."""
        return [
            told["EventInfo"]["Payload"]["EventMessage"]
            for told in self.of(task_id)
            if told["EventType"] == event_type
        ]


@contextmanager
def received_callbacks() -> Iterator[Callbacks]:
    """A receiver of callbacks on a free port of this machine."""
    callbacks = Callbacks("")

    class CallbackHandler(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            callbacks.got.append(json.loads(body))
            self.send_response(200)
            self.end_headers()

    with http_server(CallbackHandler) as port:
        callbacks.address = f"http://127.0.0.1:{port}/"
        yield callbacks


class Studio:
    """The service, in this process or as a command, and what can be seen of its recordings."""

    def __init__(self, recorder: Recorder, data: Path, callbacks: Callbacks) -> None:
        self.recorder = recorder
        self.callbacks = callbacks
        self.storage = Storage(data)

    def task(self, task_id: str) -> Task:
        """A task, as the service knows it now."""
        return next(task for task in self.recorder.tasks() if task.task_id == task_id)

    def folder(self, task_id: str) -> Path:
        """Where a task's recording lands."""
        return self.storage.recording(self.task(task_id))

    def await_start(self, task_id: str) -> None:
        """Return once its first frame is recorded."""
        until(lambda: (801, 1) in self.callbacks.types(task_id))

    def await_end(self, task_id: str) -> str:
        """Why it has ended, once it has and its files are finished."""
        until(lambda: not self.task(task_id).live)
        until(lambda: self.recorder.files(task_id) is not None)
        return self.task(task_id).end_reason

    def files(self, task_id: str) -> list[Path]:
        """The finished files of a recording."""
        folder = self.folder(task_id)
        return [folder / file.name for file in self.recorder.files(task_id) or ()]


class LocalStudio(Studio):
    """A studio whose service runs in this process."""

    def __init__(
        self, running: RunningService, data: Path, callbacks: Callbacks, capture: PageCapture
    ) -> None:
        super().__init__(running, data, callbacks)
        self.service = running.service
        self.capture = capture

    def call(self, action: str, **parameters: Any) -> dict[str, Any]:
        """An action's response."""
        outcome = self.service.call(action, parameters)
        assert isinstance(outcome, Response)
        response: dict[str, Any] = json.loads(outcome.body)["Response"]
        return response

    def start(self, url: str, **changes: Any) -> str:
        """The TaskId of a new recording."""
        return str(self.call("StartWebRecord", **start_body(url, **changes))["TaskId"])

    def stop(self, task_id: str) -> None:
        """StopWebRecord."""
        assert "Error" not in self.call("StopWebRecord", TaskId=task_id)


def start_body(url: str, **changes: Any) -> dict[str, Any]:
    """StartWebRecord's parameters: an mp4 on COS, 1280x720, unless changed."""
    body = {
        "RecordUrl": url,
        "SdkAppId": 1600011111,
        "StorageParams": {"CloudStorage": COS},
        "WebRecordVideoParams": {"Width": 1280, "Height": 720, "Format": "mp4"},
    }
    return {key: value for key, value in {**body, **changes}.items() if value is not None}


@contextmanager
def local_studio(
    data: Path, limit: int = 8, options: CaptureOptions | None = None
) -> Iterator[LocalStudio]:
    """A studio in this process, whose tasks show at once."""
    with received_callbacks() as callbacks:
        settings = local_settings(visible_after=0, data=data, callback_url=callbacks.address)
        capture = PageCapture(Storage(data), limit, options)
        with running_service(settings, capture=capture) as running:
            yield LocalStudio(running, data, callbacks, capture)


@contextmanager
def studio_command(data: Path, callbacks: Callbacks, **environment: str) -> Iterator[Studio]:
    """The real command, recording; `environment` is added to its own."""
    options = ["--data", str(data), "--visible-after", "0", "--capture", "on"]
    told = {"TRTC_RECORDER_CALLBACK_URL": callbacks.address, **environment}
    with running_command(data.with_suffix(".log"), *options, **told) as command:
        yield Studio(command, data, callbacks)


def process_of(command: Recorder) -> int:
    """The service's process."""
    assert isinstance(command, RunningCommand)
    return command.process.pid
