"""Beyond the vendor's API: the end reason in errors, the warning that nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from contract.http_client import post
from official_client import official_client
from recorder_tasks import SDK_APP_ID, start_body
from tencentcloud.common.exception import TencentCloudSDKException
from trtc_recorder import NoCapture
from trtc_recorder.testing import RunningService, local_settings, running_service

Call = Callable[..., Any]

GONE = "Task does not exist."


@pytest.fixture
def messages(recorder: RunningService) -> Callable[[str, str], list[str]]:
    """The messages of Describe, by both ids, and Stop, of a task that is not there."""
    client = official_client(recorder)

    def messages(task_id: str, record_id: str) -> list[str]:
        found = []
        for action, query in (
            ("DescribeWebRecord", {"TaskId": task_id}),
            ("DescribeWebRecord", {"SdkAppId": SDK_APP_ID, "RecordId": record_id}),
            ("StopWebRecord", {"TaskId": task_id}),
        ):
            with pytest.raises(TencentCloudSDKException) as caught:
                client.call_json(action, query)
            assert caught.value.get_code() == "FailedOperation.TaskNotExist"
            found.append(caught.value.get_message())
        return found

    return messages


def test_errors_say_why_a_task_ended_by_itself_though_it_was_not_visible_yet(
    recorder: RunningService, messages: Call, start: Call
) -> None:
    recorder.switch(visible_after=5)
    task_id = start(RecordId="lobby")["TaskId"]
    assert messages(task_id, "lobby") == [GONE] * 3
    recorder.end(task_id, "the page cannot be opened: net::ERR_CONNECTION_REFUSED.")
    why = f"{GONE} It has ended: the page cannot be opened: net::ERR_CONNECTION_REFUSED."
    assert messages(task_id, "lobby") == [why] * 3


def test_a_task_that_was_stopped_or_has_lasted_its_time_has_no_reason(
    recorder: RunningService, messages: Call, start: Call, call: Call
) -> None:
    stopped = start(RecordId="stopped")["TaskId"]
    call("StopWebRecord", TaskId=stopped)
    assert messages(stopped, "stopped") == [GONE] * 3
    over = start(RecordId="over", MaxDurationLimit=1800)["TaskId"]
    recorder.advance(1801)
    recorder.advance(-1801)
    assert messages(over, "over") == [GONE] * 3
    assert messages("never-was", "never-was") == [GONE] * 3


def warnings(recorder: RunningService, action: str, body: dict[str, Any]) -> list[str] | None:
    """The Warning headers of the response."""
    status, headers, _ = post(recorder, json.dumps(body).encode(), action=action)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    return headers.get_all("Warning")


def test_a_start_that_records_nothing_carries_a_warning_and_no_other_response_does() -> None:
    warning = 'Not recorded here…\nno "Xvfb" in C:\\bin.'
    with running_service(local_settings(), capture=NoCapture(warning)) as recorder:
        body = start_body(RecordId="lobby")
        assert warnings(recorder, "StartWebRecord", body) == [
            r'299 - "Not recorded here? no \"Xvfb\" in C:\\bin."'
        ]
        assert warnings(recorder, "StartWebRecord", body) is None  # TaskExist
        assert warnings(recorder, "DescribeWebRecord", {"TaskId": "unknown"}) is None


def test_a_service_that_records_sends_no_warning(recorder: RunningService) -> None:
    assert warnings(recorder, "StartWebRecord", start_body()) is None
