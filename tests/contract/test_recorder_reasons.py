"""Beyond the vendor's API: the end reason in errors, the warning that nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from contract.http_client import SDK_APP_ID, raw, signed, start_body
from official_client import official_client
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


def test_errors_say_why_a_task_ended_by_itself(
    recorder: RunningService, messages: Call, start: Call
) -> None:
    task_id = start(RecordId="lobby")["TaskId"]
    recorder.end(task_id, "the page cannot be opened: net::ERR_CONNECTION_REFUSED.")
    why = f"{GONE} It has ended: the page cannot be opened: net::ERR_CONNECTION_REFUSED."
    assert messages(task_id, "lobby") == [why] * 3


def test_they_say_so_before_a_task_would_have_been_visible(
    recorder: RunningService, messages: Call, start: Call
) -> None:
    recorder.switch(visible_after=5)
    task_id = start(RecordId="lobby")["TaskId"]
    assert messages(task_id, "lobby") == [GONE] * 3
    recorder.end(task_id, "the page crashed")
    assert messages(task_id, "lobby") == [f"{GONE} It has ended: the page crashed."] * 3


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


def test_a_start_that_records_nothing_carries_a_warning_and_no_other_response_does() -> None:
    warning = 'Not recorded here…\nno "Xvfb" in C:\\bin.'
    with running_service(local_settings(), capture=NoCapture(warning)) as recorder:

        def warnings(action: str, body: dict[str, Any]) -> list[str] | None:
            sent = json.dumps(body).encode()
            headers = signed(recorder, sent, action=action)
            status, answered, _ = raw(recorder, headers=headers, body=sent)
            assert (status, answered["Content-Type"]) == (200, "application/json")
            found: list[str] | None = answered.get_all("Warning")
            return found

        body = start_body(RecordId="lobby")
        assert warnings("StartWebRecord", body) == [
            r'299 - "Not recorded here? no \"Xvfb\" in C:\\bin."'
        ]
        assert warnings("StartWebRecord", body) is None  # TaskExist
        assert warnings("DescribeWebRecord", {"TaskId": "unknown"}) is None


def test_a_service_that_records_sends_no_warning(recorder: RunningService) -> None:
    sent = json.dumps(start_body()).encode()
    headers = signed(recorder, sent, action="StartWebRecord")
    assert raw(recorder, headers=headers, body=sent)[1].get_all("Warning") is None
