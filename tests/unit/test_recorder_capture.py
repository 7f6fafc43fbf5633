"""The seam for recording: what a capture is told, and how it tells that a recording has ended."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from trtc_recorder import Answer, Service, Task
from trtc_recorder.testing import local_settings
from trtc_webrecord.spec import StartWebRecordRequest

PAGE = "https://user:pass@example.com/page?token=t"
CDN = "rtmp://push.example.com/live/key"


class Recording:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.requests: list[StartWebRecordRequest] = []
        self.ended: dict[str, Callable[[str], None]] = {}
        self.stopped: list[str] = []

    def start(
        self, task: Task, request: StartWebRecordRequest, ended: Callable[[str], None]
    ) -> None:
        self.requests.append(request)
        self.ended[task.task_id] = ended

    def stop(self, task: Task) -> None:
        assert not task.live
        self.stopped.append(task.task_id)


@pytest.fixture
def capture() -> Recording:
    return Recording()


@pytest.fixture
def service(capture: Recording) -> Iterator[Service]:
    with Service(local_settings(visible_after=0), capture=capture, time=lambda: 1e9) as service:
        yield service


def call(service: Service, action: str, **parameters: Any) -> dict[str, Any]:
    outcome = service.call(action, parameters)
    assert isinstance(outcome, Answer)
    answer: dict[str, Any] = json.loads(outcome.body)["Response"]
    return answer


def start(service: Service) -> str:
    storage = {"Vendor": 0, "Region": "r", "Bucket": "b", "AccessKey": "id", "SecretKey": "key"}
    answer = call(
        service,
        "StartWebRecord",
        RecordUrl=PAGE,
        SdkAppId=1,
        StorageParams={"CloudStorage": storage},
        PublishCdnParams=[{"PublishCdnUrl": CDN}],
        MaxDurationLimit=1800,
    )
    return str(answer["TaskId"])


def test_it_is_given_whole_urls_and_no_storage_keys(service: Service, capture: Recording) -> None:
    start(service)
    (request,) = capture.requests
    assert request.record_url == PAGE
    assert request.publish_cdn_params[0].publish_cdn_url == CDN
    storage = request.storage_params.cloud_storage
    assert storage is not None
    assert (storage.bucket, storage.access_key, storage.secret_key) == ("b", None, None)


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


def test_it_can_end_its_task_from_a_thread_of_its_own(service: Service, capture: Recording) -> None:
    task_id = start(service)
    thread = threading.Thread(target=capture.ended[task_id], args=["page unreachable"])
    thread.start()
    thread.join()
    (task,) = service.tasks()
    assert (task.live, task.end_reason) == (False, "page unreachable")
    assert capture.stopped == [task_id]
