"""Beyond the vendor's API: the end reason in errors, the warning that nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tencentcloud.common.exception import TencentCloudSDKException
from trtc_recorder import NoCapture
from trtc_recorder.testing import RunningService, local_settings, running_service

Body = Callable[..., dict[str, Any]]
Official = Callable[..., Any]

GONE = "Task does not exist."


@pytest.fixture
def messages(recorder: RunningService, official: Official) -> Callable[..., list[str]]:
    """What Describe, by both ids, and Stop say of a task that is not there."""
    client = official(recorder)

    def refused(task_id: str, record_id: str) -> list[str]:
        said = []
        for action, query in (
            ("DescribeWebRecord", {"TaskId": task_id}),
            ("DescribeWebRecord", {"SdkAppId": 1600011111, "RecordId": record_id}),
            ("StopWebRecord", {"TaskId": task_id}),
        ):
            with pytest.raises(TencentCloudSDKException) as caught:
                client.call_json(action, query)
            assert caught.value.get_code() == "FailedOperation.TaskNotExist"
            said.append(caught.value.get_message())
        return said

    return refused


def start(official: Official, recorder: RunningService, body: dict[str, Any]) -> str:
    response = official(recorder).call_json("StartWebRecord", body)
    return str(response["Response"]["TaskId"])


def test_why_a_task_ended_by_itself_is_told_to_whoever_asks_for_it(
    recorder: RunningService,
    official: Official,
    start_body: Body,
    messages: Callable[..., list[str]],
) -> None:
    task_id = start(official, recorder, start_body(RecordId="lobby"))
    recorder.end(task_id, "the page cannot be opened: net::ERR_CONNECTION_REFUSED.")
    why = f"{GONE} It has ended: the page cannot be opened: net::ERR_CONNECTION_REFUSED."
    assert messages(task_id, "lobby") == [why] * 3


def test_it_is_told_before_a_task_would_have_shown(
    recorder: RunningService,
    official: Official,
    start_body: Body,
    messages: Callable[..., list[str]],
) -> None:
    recorder.switch(visible_after=5)
    task_id = start(official, recorder, start_body(RecordId="lobby"))
    assert messages(task_id, "lobby") == [GONE] * 3
    recorder.end(task_id, "the page crashed")
    assert messages(task_id, "lobby") == [f"{GONE} It has ended: the page crashed."] * 3


def test_of_a_task_that_was_stopped_or_has_lasted_its_time_there_is_nothing_to_tell(
    recorder: RunningService,
    official: Official,
    start_body: Body,
    messages: Callable[..., list[str]],
) -> None:
    stopped = start(official, recorder, start_body(RecordId="stopped"))
    official(recorder).call_json("StopWebRecord", {"TaskId": stopped})
    assert messages(stopped, "stopped") == [GONE] * 3
    over = start(official, recorder, start_body(RecordId="over", MaxDurationLimit=1800))
    recorder.advance(1801)
    recorder.advance(-1801)
    assert messages(over, "over") == [GONE] * 3
    assert messages("never-was", "never-was") == [GONE] * 3


def test_a_start_that_records_nothing_carries_a_warning_and_no_other_response_does(
    raw: Callable[..., Any], signed: Callable[..., dict[str, str]], start_body: Body
) -> None:
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


def test_a_service_that_has_nothing_to_say_sends_no_warning(
    recorder: RunningService,
    raw: Callable[..., Any],
    signed: Callable[..., dict[str, str]],
    start_body: Body,
) -> None:
    sent = json.dumps(start_body()).encode()
    headers = signed(recorder, sent, action="StartWebRecord")
    assert raw(recorder, headers=headers, body=sent)[1].get_all("Warning") is None
