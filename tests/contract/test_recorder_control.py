"""The control plane: what it shows, what it changes, and whom it keeps out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from contract.http_client import raw
from contract.local_service import LocalService
from trtc_recorder.testing import SECRET_ID, local_settings, running_service


def test_it_lists_tasks_with_all_that_a_test_asks_for(recorder: LocalService) -> None:
    started = recorder.start(RecordId="lobby", ReadyTimeout=5)
    (task,) = json.loads(raw(recorder, "GET", "/control/tasks")[2])["tasks"]
    assert task["task_id"] == started["TaskId"]
    assert (task["record_id"], task["sdk_app_id"]) == ("lobby", 1600011111)
    assert task["page"] == "https://example.com/lobby"
    assert (task["live"], task["ended_at"]) == (True, None)
    assert task["settings"]["ReadyTimeout"] == 5
    assert task["started_at"] == pytest.approx(recorder.now(), abs=5)
    recorder.end(started["TaskId"])
    (task,) = recorder.tasks()
    assert (task.live, task.end_reason) == (False, "ended by itself")


def test_ending_an_unknown_task_is_told(recorder: LocalService) -> None:
    assert raw(recorder, "POST", "/control/tasks/unknown/end")[0] == 404


def test_it_tells_calls_and_counts_until_they_are_reset(recorder: LocalService) -> None:
    assert recorder.calls() == []
    task = recorder.start(RecordId="lobby")
    recorder.start(RecordId="lobby")
    recorder.call("StopWebRecord", TaskId=task["TaskId"])
    assert [(c.action, c.record_id, c.outcome) for c in recorder.calls()] == [
        ("StartWebRecord", "lobby", "OK"),
        ("StartWebRecord", "lobby", "FailedOperation.TaskExist"),
        ("StopWebRecord", "lobby", "OK"),
    ]
    assert recorder.calls("StopWebRecord")[0].task_id == task["TaskId"]
    assert recorder.calls()[0].request_id == task["RequestId"]
    assert recorder.call_counts() == {
        "StartWebRecord": {"OK": 1, "FailedOperation.TaskExist": 1},
        "StopWebRecord": {"OK": 1},
    }
    recorder.reset_calls()
    assert (recorder.calls(), recorder.call_counts()) == ([], {})


def test_rejected_requests_count_too(recorder: LocalService) -> None:
    raw(recorder, headers={"X-TC-Action": "Anything", "X-TC-Version": "1"})
    raw(recorder, headers={"X-TC-Action": "StopWebRecord", "X-TC-Version": "2019-07-22"})
    assert recorder.call_counts() == {
        "unknown": {"MissingParameter": 1},
        "StopWebRecord": {"MissingParameter": 1},
    }


def test_switches_change_all_or_none(recorder: LocalService) -> None:
    recorder.switch(visible_after=2.5, task_quota=3, clock_offset=60)
    settings = recorder.settings()
    assert (settings.visible_after, settings.task_quota, settings.clock_offset) == (2.5, 3, 60)
    with pytest.raises(ValueError, match="visible_after"):
        recorder.switch(task_quota=9, visible_after=-1)
    with pytest.raises(ValueError, match="secret_id"):
        recorder.switch(task_quota=9, secret_id="x")
    assert recorder.settings().task_quota == 3


def test_a_reset_makes_everything_as_it_was_on_the_first_start(recorder: LocalService) -> None:
    recorder.start(RecordId="lobby")
    recorder.switch(visible_after=9, clock_offset=1)
    recorder.inject(what="cut")
    recorder.accept("AKIDtemporary", "temporary key")
    recorder.reset()
    assert (recorder.tasks(), recorder.calls(), recorder.faults()) == ([], [], [])
    assert (recorder.settings().visible_after, recorder.settings().clock_offset) == (0, 0)
    assert recorder.start(RecordId="lobby")["TaskId"]
    assert list(recorder.service.credentials) == [SECRET_ID]


def test_the_clock_is_only_advanced_and_goes_on_after_a_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = local_settings(data=tmp_path, clock_offset=5)
    with running_service(settings) as recorder:
        recorder.advance(60)
        with pytest.raises(ValueError, match=r"advance: .* greater than or equal to 0"):
            recorder.advance(-1)
        with pytest.raises(ValueError, match="only be advanced"):
            recorder.service.advance(-1)
    with running_service(settings) as recorder:
        assert "the clock is 65 s ahead" in caplog.text
        assert recorder.settings().clock_offset == 65
        recorder.reset()
    with running_service(settings) as recorder:
        assert recorder.settings().clock_offset == 5


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"what": "explode"}, "rules.0.what"),
        ({"what": "cut", "whence": "before"}, "rules.0.whence"),
        ({"what": "throttle", "where": "after"}, "where=before"),
        ({"what": "cut", "burn": True}, "burn needs"),
        ({"action": "StopWebRecord", "what": "error", "burn": True}, "burn needs"),
        ({"what": "status", "status": 200}, "rules.0.status"),
    ],
    ids=str,
)
def test_a_wrong_rule_is_rejected_with_its_fault_named(
    recorder: LocalService, rule: dict[str, Any], fault: str
) -> None:
    body = json.dumps({"rules": [rule]})
    status, _, response = raw(recorder, "POST", "/control/faults", body=body)
    assert status == 400
    assert fault in response.decode()
    assert recorder.faults() == []


def test_requests_of_pages_are_kept_out(recorder: LocalService) -> None:
    for headers in (
        {"Origin": "https://example.com"},
        {"Origin": recorder.endpoint},
        {"Host": "rebound.example.com"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
    ):
        for method, path in (
            ("GET", "/control/tasks"),
            ("POST", "/control/tasks/a/end"),
            ("DELETE", "/control/calls"),
            ("DELETE", "/control/faults"),
            ("PATCH", "/control/settings"),
            ("POST", "/control/clock"),
            ("POST", "/control/reset"),
            ("POST", "/control/credentials"),
            ("DELETE", "/control/credentials/a"),
        ):
            assert raw(recorder, method, path, headers=headers)[0] == 403


@pytest.mark.parametrize(
    ("options", "served"),
    [
        ({"control": "off"}, False),
        ({"host": "0.0.0.0"}, False),
        ({"host": "0.0.0.0", "control": "on"}, True),
        ({"host": "localhost"}, True),
        ({"host": "::1"}, True),
    ],
)
def test_it_is_served_on_loopback_or_where_switched_on(
    options: dict[str, Any], served: bool
) -> None:
    with running_service(local_settings(**options)) as recorder:
        recorder.endpoint = recorder.endpoint.replace("0.0.0.0", "127.0.0.1")
        assert raw(recorder, "GET", "/control/tasks")[0] == (200 if served else 404)
        assert raw(recorder, "GET", "/healthz")[0] == 200
