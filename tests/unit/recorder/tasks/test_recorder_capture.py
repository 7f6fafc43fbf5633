"""The seam for recording: what a capture is told, and what it tells of a recording."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import pytest
from recorder_tasks import COS, start_body
from trtc_recorder import NoCapture, Response, Service, Task
from trtc_recorder.tasks.capture import OnEvent
from trtc_recorder.tasks.events import Event, Kind
from trtc_recorder.testing import local_settings

PAGE = "https://user:pass@example.com/page?token=t"
CDN = "rtmp://push.example.com/live/key"
BODY = start_body(RecordUrl=PAGE, PublishCdnParams=[{"PublishCdnUrl": CDN}], MaxDurationLimit=1800)


def recording() -> Mock:
    """A capture that is told what to record; after a restart it tells that nothing goes on."""
    made: Mock = create_autospec(NoCapture, instance=True, warning=None, advice=None)
    made.full.return_value = False
    made.resumed = []

    def resume(tasks: Iterator[Task], on_event_of: Callable[[Task], OnEvent]) -> None:
        for task in tasks:
            made.resumed.append(task.task_id)
            on_event_of(task)(Event("abnormal", "interrupted"))

    made.resume.side_effect = resume
    return made


def told(method: Mock) -> list[str]:
    """The TaskIds that a method of the capture was called with."""
    return [call.args[0].task_id for call in method.call_args_list]


@pytest.fixture
def capture() -> Mock:
    return recording()


@pytest.fixture
def service(capture: Mock) -> Iterator[Service]:
    with Service(local_settings(visible_after=0), capture=capture, time=lambda: 1e9) as service:
        yield service


def call(service: Service, action: str, **parameters: Any) -> dict[str, Any]:
    outcome = service.call(action, parameters)
    assert isinstance(outcome, Response)
    response: dict[str, Any] = json.loads(outcome.body)["Response"]
    return response


def start(service: Service) -> str:
    return str(call(service, "StartWebRecord", **BODY)["TaskId"])


def test_it_is_given_whole_urls_and_no_storage_keys(service: Service, capture: Mock) -> None:
    start(service)
    request = capture.start.call_args.args[1]
    assert request.record_url == PAGE
    assert request.publish_cdn_params[0].publish_cdn_url == CDN
    storage = request.storage_params.cloud_storage
    assert storage is not None
    assert (storage.bucket, storage.access_key, storage.secret_key) == (COS["Bucket"], None, None)


def test_it_is_stopped_once_by_whatever_ends_the_task(service: Service, capture: Mock) -> None:
    stopped, ended, timed_out = (start(service) for _ in range(3))
    call(service, "StopWebRecord", TaskId=stopped)
    call(service, "StopWebRecord", TaskId=stopped)
    service.end(ended)
    service.end(ended)
    assert told(capture.stop) == [stopped, ended]
    service.advance(1800)
    service.settle()
    assert told(capture.stop) == [stopped, ended, timed_out]
    assert not any(call.args[0].live for call in capture.stop.call_args_list)


@pytest.mark.parametrize(
    ("kind", "live"),
    [
        *(("start failed", False), ("abnormal", False)),
        *(("started", True), ("page refreshed", True), ("files ready", True)),
    ],
)
def test_a_failure_that_it_tells_from_a_thread_ends_the_task_and_nothing_else_does(
    service: Service, capture: Mock, kind: Kind, live: bool
) -> None:
    task_id = start(service)
    event = Event(kind, "page unreachable")
    thread = threading.Thread(target=capture.start.call_args.args[2], args=[event])
    thread.start()
    thread.join()
    (task,) = service.tasks()
    assert task.live == live
    assert live or task.end_reason == "page unreachable"
    assert told(capture.stop) == ([] if live else [task_id])


def test_a_start_is_rejected_while_it_is_full(service: Service, capture: Mock) -> None:
    task_id = start(service)
    capture.full.return_value = True
    response = call(service, "StartWebRecord", **BODY)
    assert response["Error"]["Code"] == "ResourceInsufficient.RequestRejection"
    assert [task.task_id for task in service.tasks() if task.live] == [task_id]


def test_it_settles_the_live_tasks_of_a_service_that_is_no_more(tmp_path: Path) -> None:
    settings = local_settings(data=tmp_path)
    with Service(settings, capture=recording()) as before:
        ended, live = start(before), start(before)
        before.end(ended)
    capture = recording()
    with Service(settings, capture=capture) as after:
        assert capture.resumed == [ended, live]
        assert {task.end_reason for task in after.tasks()} == {"ended by itself", "interrupted"}
        assert not capture.close.called
        after.close()
        assert capture.close.called
