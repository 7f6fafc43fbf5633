"""Beyond the vendor's API: the end reason in errors, the warning that nothing is recorded."""

from __future__ import annotations

import json
from typing import Any

from contract.http_client import post
from contract.local_service import LocalService, local_service
from recorder_tasks import SDK_APP_ID, start_body
from trtc_recorder import NoCapture
from trtc_recorder.testing import local_settings

GONE = "Task does not exist."


def messages(recorder: LocalService, task_id: str, record_id: str) -> set[str]:
    """What Describe, by both ids, and Stop say of a task that is not there."""
    errors = [
        recorder.error("DescribeWebRecord", TaskId=task_id),
        recorder.error("DescribeWebRecord", SdkAppId=SDK_APP_ID, RecordId=record_id),
        recorder.error("StopWebRecord", TaskId=task_id),
    ]
    assert {code for code, _ in errors} == {"FailedOperation.TaskNotExist"}
    return {message for _, message in errors}


def test_errors_say_why_a_task_ended_by_itself_even_a_young_one(recorder: LocalService) -> None:
    recorder.switch(visible_after=5)
    task_id = recorder.start(RecordId="lobby")["TaskId"]
    assert messages(recorder, task_id, "lobby") == {GONE}
    recorder.end(task_id, "the page cannot be opened: net::ERR_CONNECTION_REFUSED.")
    why = f"{GONE} It has ended: the page cannot be opened: net::ERR_CONNECTION_REFUSED."
    assert messages(recorder, task_id, "lobby") == {why}


def test_a_task_that_was_stopped_or_lasted_its_time_has_no_reason(recorder: LocalService) -> None:
    stopped = recorder.start(RecordId="stopped")["TaskId"]
    recorder.call("StopWebRecord", TaskId=stopped)
    assert messages(recorder, stopped, "stopped") == {GONE}
    over = recorder.start(RecordId="over", MaxDurationLimit=1800)["TaskId"]
    recorder.advance(1801)
    recorder.advance(-1801)
    assert messages(recorder, over, "over") == {GONE}
    assert messages(recorder, "never-was", "never-was") == {GONE}


def warnings(recorder: LocalService, action: str, body: dict[str, Any]) -> list[str] | None:
    """The Warning headers of the response."""
    status, headers, _ = post(recorder, json.dumps(body).encode(), action=action)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    return headers.get_all("Warning")


def test_a_start_that_records_nothing_carries_a_warning_and_no_other_response_does() -> None:
    warning = 'Not recorded here…\nno "Xvfb" in C:\\bin.'
    with local_service(local_settings(), capture=NoCapture(warning)) as recorder:
        body = start_body(RecordId="lobby")
        assert warnings(recorder, "StartWebRecord", body) == [
            r'299 - "Not recorded here? no \"Xvfb\" in C:\\bin."'
        ]
        assert warnings(recorder, "StartWebRecord", body) is None  # TaskExist
        assert warnings(recorder, "DescribeWebRecord", {"TaskId": "unknown"}) is None


def test_a_service_that_records_sends_no_warning(recorder: LocalService) -> None:
    assert warnings(recorder, "StartWebRecord", start_body()) is None
