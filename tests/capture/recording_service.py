"""A service that records for real, with a receiver of its callbacks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from official_client import official_client
from recorder_tasks import start_body
from tencentcloud.common.exception import TencentCloudSDKException
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
from webhook import Webhook

SMALL = {"Width": 640, "Height": 360, "Format": "mp4"}
LARGE = {"Width": 1280, "Height": 720, "Format": "mp4"}


class CallbackReceiver(Webhook):
    """Keeps the callbacks of all tasks, oldest first."""

    def of(self, task_id: str) -> list[dict[str, Any]]:
        return [post.message for post in self.posts if post.task_id.startswith(task_id)]

    def types(self, task_id: str) -> list[tuple[int, int]]:
        """The types of a task's callbacks, each with its status."""
        return [
            (message["EventType"], message["EventInfo"]["Payload"]["Status"])
            for message in self.of(task_id)
        ]

    def messages(self, task_id: str, event_type: int) -> list[str]:
        return [
            message["EventInfo"]["Payload"]["EventMessage"]
            for message in self.of(task_id)
            if message["EventType"] == event_type
        ]


@dataclass(frozen=True)
class Recording:
    """A recording that was stopped.

    `seconds` is how long it ran, from the callback of its start to the stop; `stopping` how long
    the stop took.
    """

    task_id: str
    files: list[Path]
    seconds: float
    stopping: float

    def is_as_long_as_it_ran(self, seconds: float) -> bool:
        """Whether a file of so many seconds ends between the stop and the end of the task."""
        return 0.95 * self.seconds <= seconds <= 1.05 * (self.seconds + self.stopping)


class RecordingService:
    """The service, in this process or as a command, and its recordings."""

    def __init__(
        self,
        recorder: Recorder,
        data: Path,
        callbacks: CallbackReceiver,
        video: dict[str, Any],
        full: Callable[[], bool] = lambda: False,
    ) -> None:
        self.recorder = recorder
        self.callbacks = callbacks
        self.storage = Storage(data)
        self.full = full
        self._video = video

    def call(self, action: str, **parameters: Any) -> dict[str, Any]:
        """An action's response: in this process, or by the official client."""
        if isinstance(self.recorder, RunningService):
            outcome = self.recorder.service.call(action, parameters)
            assert isinstance(outcome, Response)
            found: dict[str, Any] = json.loads(outcome.body)["Response"]
            return found
        try:
            client = official_client(self.recorder)
            response: dict[str, Any] = client.call_json(action, parameters)["Response"]
        except TencentCloudSDKException as error:
            return {"Error": {"Code": error.get_code(), "Message": error.get_message()}}
        return response

    def start(self, url: str, **changes: Any) -> str:
        """The TaskId of a new recording: an mp4 on COS, unless changed."""
        body = start_body(**{"RecordUrl": url, "WebRecordVideoParams": self._video, **changes})
        return str(self.call("StartWebRecord", **body)["TaskId"])

    def stop(self, task_id: str) -> None:
        assert "Error" not in self.call("StopWebRecord", TaskId=task_id)

    def task(self, task_id: str) -> Task:
        return next(task for task in self.recorder.tasks() if task.task_id == task_id)

    def folder(self, task_id: str) -> Path:
        return self.storage.recording(self.task(task_id))

    def log(self, task_id: str) -> str:
        return (self.storage.working(self.task(task_id)) / "recorder.log").read_text()

    def await_start(self, task_id: str) -> None:
        """Return once its first frame is recorded."""
        until(lambda: (801, 1) in self.callbacks.types(task_id))

    def await_end(self, task_id: str) -> str:
        """Why it has ended, once it has and its files are finished."""
        until(lambda: not self.task(task_id).live)
        until(lambda: self.recorder.files(task_id) is not None)
        return self.task(task_id).end_reason

    def files(self, task_id: str) -> list[Path]:
        folder = self.folder(task_id)
        return [folder / file.name for file in self.recorder.files(task_id) or ()]

    def finish(self, task_id: str) -> Recording:
        """Stop a recording, once it has begun, and wait for its files."""
        self.await_start(task_id)
        stopped_at = time.time()
        self.stop(task_id)
        assert self.await_end(task_id) == "stopped"
        begun = next(each for each in self.callbacks.of(task_id) if each["EventType"] == 801)
        seconds = stopped_at - begun["EventInfo"]["EventMsTs"] / 1000
        return Recording(task_id, self.files(task_id), seconds, time.time() - stopped_at)

    def record(self, url: str, seconds: float, **changes: Any) -> Recording:
        task_id = self.start(url, **changes)
        self.await_start(task_id)
        time.sleep(seconds)
        return self.finish(task_id)

    def process_id(self) -> int:
        assert isinstance(self.recorder, RunningCommand)
        return self.recorder.process.pid


@contextmanager
def recording_service(
    data: Path,
    limit: int = 8,
    options: CaptureOptions | None = None,
    video: dict[str, Any] = LARGE,
) -> Iterator[RecordingService]:
    """A service in this process, whose tasks show at once."""
    with CallbackReceiver() as callbacks:
        settings = local_settings(
            visible_after=0, requests_per_second=0, data=data, callback_url=callbacks.url
        )
        capture = PageCapture(Storage(data), limit, options)
        with running_service(settings, capture=capture) as running:
            yield RecordingService(running, data, callbacks, video, capture.full)


@contextmanager
def recording_command(
    data: Path, callbacks: CallbackReceiver, **environment: str
) -> Iterator[RecordingService]:
    """The real command; `environment` is added to its own."""
    options = ["--data", str(data), "--visible-after", "0", "--requests-per-second", "0"]
    variables = {"TRTC_RECORDER_CALLBACK_URL": callbacks.url, **environment}
    log = data.with_suffix(".log")
    with running_command(log, *options, "--capture", "on", **variables) as command:
        yield RecordingService(command, data, callbacks, SMALL)
