"""The seam for recording: what a capture is told, and what it tells of a recording."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from recorder_tasks import COS, start_body
from trtc_recorder import NoCapture, Response, Service, Task
from trtc_recorder.tasks.capture import OnEvent
from trtc_recorder.tasks.events import Event, Kind
from trtc_recorder.testing import local_settings
from trtc_webrecord.declaration.spec import StartWebRecordRequest

PAGE = "https://user:pass@example.com/page?token=t"
CDN = "rtmp://push.example.com/live/key"
BODY = start_body(RecordUrl=PAGE, PublishCdnParams=[{"PublishCdnUrl": CDN}], MaxDurationLimit=1800)


class Recording(NoCapture):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[StartWebRecordRequest] = []
        self.on_event: dict[str, OnEvent] = {}
        self.stopped: list[str] = []
        self.resumed: list[str] = []
        self.busy = False
        self.closed = False

    def full(self) -> bool:
        return self.busy

    def start(self, task: Task, request: StartWebRecordRequest, on_event: OnEvent) -> None:
        self.requests.append(request)
        self.on_event[task.task_id] = on_event

    def stop(self, task: Task) -> None:
        assert not task.live
        self.stopped.append(task.task_id)

    def resume(self, task: Task, on_event: OnEvent) -> None:
        self.resumed.append(task.task_id)
        on_event(Event("abnormal", "interrupted"))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def capture() -> Recording:
    return Recording()


@pytest.fixture
def service(capture: Recording) -> Iterator[Service]:
    with Service(local_settings(visible_after=0), capture=capture, time=lambda: 1e9) as service:
        yield service


def call(service: Service, action: str, **parameters: Any) -> dict[str, Any]:
    outcome = service.call(action, parameters)
    assert isinstance(outcome, Response)
    response: dict[str, Any] = json.loads(outcome.body)["Response"]
    return response


def start(service: Service) -> str:
    return str(call(service, "StartWebRecord", **BODY)["TaskId"])


def test_it_is_given_whole_urls_and_no_storage_keys(service: Service, capture: Recording) -> None:
    start(service)
    (request,) = capture.requests
    assert request.record_url == PAGE
    assert request.publish_cdn_params[0].publish_cdn_url == CDN
    storage = request.storage_params.cloud_storage
    assert storage is not None
    assert (storage.bucket, storage.access_key, storage.secret_key) == (COS["Bucket"], None, None)


def test_it_is_stopped_once_by_whatever_ends_the_task(service: Service, capture: Recording) -> None:
    stopped, ended, timed_out = (start(service) for _ in range(3))
    call(service, "StopWebRecord", TaskId=stopped)
    call(service, "StopWebRecord", TaskId=stopped)
    service.end(ended)
    service.end(ended)
    assert capture.stopped == [stopped, ended]
    service.advance(1800)
    service.settle()
    assert capture.stopped == [stopped, ended, timed_out]


@pytest.mark.parametrize(
    ("kind", "live"),
    [
        *(("start failed", False), ("abnormal", False)),
        *(("started", True), ("page refreshed", True), ("files ready", True)),
    ],
)
def test_a_failure_that_it_tells_from_a_thread_ends_the_task_and_nothing_else_does(
    service: Service, capture: Recording, kind: Kind, live: bool
) -> None:
    task_id = start(service)
    event = Event(kind, "page unreachable")
    thread = threading.Thread(target=capture.on_event[task_id], args=[event])
    thread.start()
    thread.join()
    (task,) = service.tasks()
    assert task.live == live
    assert live or task.end_reason == "page unreachable"
    assert capture.stopped == ([] if live else [task_id])


def test_a_start_is_rejected_while_it_is_full(service: Service, capture: Recording) -> None:
    task_id = start(service)
    capture.busy = True
    response = call(service, "StartWebRecord", **BODY)
    assert response["Error"]["Code"] == "ResourceInsufficient.RequestRejection"
    assert [task.task_id for task in service.tasks() if task.live] == [task_id]


def test_it_settles_the_live_tasks_of_a_service_that_is_no_more(tmp_path: Path) -> None:
    settings = local_settings(data=tmp_path)
    with Service(settings, capture=Recording()) as before:
        ended, live = start(before), start(before)
        before.end(ended)
    capture = Recording()
    with Service(settings, capture=capture) as after:
        assert capture.resumed == [ended, live]
        assert {task.end_reason for task in after.tasks()} == {"ended by itself", "interrupted"}


def test_it_is_closed_with_the_service(service: Service, capture: Recording) -> None:
    service.close()
    assert capture.closed
