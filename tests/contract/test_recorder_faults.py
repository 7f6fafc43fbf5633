"""Every kind of fault, as a client meets it."""

from __future__ import annotations

import json
import threading
import time
from contextlib import ExitStack

import pytest
from contract.http_client import UNKNOWN_TASK, post, sent
from contract.local_service import LocalService
from official_client import official_client, respond
from recorder_tasks import SDK_APP_ID, start_body
from trtc_recorder.testing import local_settings, running_service
from waiting import until

LOST = "ClientNetworkError"


def test_a_cut_connection_gives_a_raw_client_no_byte(recorder: LocalService) -> None:
    for where in ("before", "after"):
        recorder.inject(what="cut", where=where)
        with sent(recorder, UNKNOWN_TASK) as connection:
            try:
                received = connection.recv(4096)
            except ConnectionResetError:
                received = b""
        assert received == b""
    assert [call.outcome for call in recorder.calls()] == ["cut", "cut"]


def test_a_start_cut_before_it_is_executed_leaves_nothing(recorder: LocalService) -> None:
    recorder.inject(action="StartWebRecord", what="cut")
    assert recorder.start(RecordId="lobby") == LOST
    assert recorder.tasks() == []
    assert recorder.start(RecordId="lobby")["TaskId"]


def test_a_start_cut_after_it_was_executed_leaves_a_task(recorder: LocalService) -> None:
    recorder.inject(action="StartWebRecord", where="after", what="cut")
    assert recorder.start(RecordId="lobby") == LOST
    assert recorder.start(RecordId="lobby") == "FailedOperation.TaskExist"
    (task,) = recorder.live_tasks()
    shown = recorder.call("DescribeWebRecord", SdkAppId=SDK_APP_ID, RecordId="lobby")
    assert shown["TaskId"] == task.task_id
    first, second, _ = recorder.calls()
    assert (first.outcome, first.executed, first.task_id) == ("cut", True, task.task_id)
    assert (second.outcome, second.executed) == ("FailedOperation.TaskExist", False)


def test_a_gateways_status_and_page_can_stand_in_for_an_answer(recorder: LocalService) -> None:
    recorder.inject(what="status", status=502)
    recorder.inject(what="not_json")
    first, second = (post(recorder, UNKNOWN_TASK) for _ in range(2))
    assert (first[0], first[1]["Content-Type"]) == (502, "text/plain")
    assert (second[0], second[1]["Content-Type"]) == (200, "text/html")
    assert [call.outcome for call in recorder.calls()] == ["http 502", "not_json"]


def test_an_error_after_execution_hides_a_task_that_runs(recorder: LocalService) -> None:
    recorder.inject(action="StartWebRecord", where="after", what="error", code="FailedOperation")
    assert recorder.start(RecordId="lobby") == "FailedOperation"
    assert len(recorder.live_tasks()) == 1


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_call_that_hangs_is_carried_out_and_answered_in_the_end(
    recorder: LocalService, where: str
) -> None:
    recorder.inject(what="hang", where=where, seconds=0.2)
    began = time.monotonic()
    assert recorder.start(RecordId="lobby")["TaskId"]
    assert time.monotonic() - began >= 0.2


def test_a_call_that_hangs_is_carried_out_without_its_client(recorder: LocalService) -> None:
    recorder.inject(what="hang", seconds=0.2)
    body = json.dumps(start_body(RecordId="late")).encode()
    with sent(recorder, body, action="StartWebRecord"):
        until(lambda: recorder.faults()[0]["struck"])
    assert recorder.tasks() == []
    until(recorder.live_tasks)
    assert [task.record_id for task in recorder.live_tasks()] == ["late"]


def test_others_are_served_while_one_call_hangs(recorder: LocalService) -> None:
    recorder.inject(what="hang", seconds=1, record_id="slow")
    slow = threading.Thread(
        target=recorder.call, args=["StartWebRecord"], kwargs=start_body(RecordId="slow")
    )
    slow.start()
    until(lambda: recorder.faults()[0]["struck"])
    assert recorder.start(RecordId="quick")["TaskId"]
    assert [task.record_id for task in recorder.live_tasks()] == ["quick"]
    assert recorder.held_calls() == 1
    slow.join()
    assert recorder.held_calls() == 0
    assert [task.record_id for task in recorder.live_tasks()] == ["quick", "slow"]


def test_a_service_stops_though_a_call_hangs() -> None:
    with ExitStack() as client:
        with running_service(local_settings()) as recorder:
            recorder.inject(what="hang", seconds=600)
            client.enter_context(sent(recorder, UNKNOWN_TASK))
            until(lambda: recorder.faults()[0]["struck"])
            began = time.monotonic()
        assert time.monotonic() - began < 5


def test_rules_strike_by_action_number_and_record_id(recorder: LocalService) -> None:
    recorder.inject(
        action="StartWebRecord", record_id_prefix="lobby-", after=1, times=2, what="throttle"
    )
    records = ["lobby-1", "other", "lobby-2", "lobby-3", "lobby-4"]
    responses = [recorder.start(RecordId=record) for record in records]
    struck = [response == "RequestLimitExceeded" for response in responses]
    assert struck == [False, False, True, True, False]
    assert [task.record_id for task in recorder.tasks()] == ["lobby-1", "other", "lobby-4"]
    (rule,) = recorder.faults()
    assert (rule["matched"], rule["struck"]) == (4, 2)


def test_a_rule_for_a_record_id_strikes_calls_that_name_its_task(recorder: LocalService) -> None:
    one, two = (recorder.start(RecordId=name) for name in ("one", "two"))
    recorder.inject(action="StopWebRecord", record_id="two", what="error", times=None)
    assert "RequestId" in recorder.call("StopWebRecord", TaskId=one["TaskId"])
    assert recorder.call("StopWebRecord", TaskId=two["TaskId"]) == "InternalError"
    recorder.clear_faults()
    assert "RequestId" in recorder.call("StopWebRecord", TaskId=two["TaskId"])


def test_a_rule_by_chance_strikes_the_same_calls_again(recorder: LocalService) -> None:
    def struck() -> list[bool]:
        recorder.clear_faults()
        recorder.inject(what="throttle", times=None, probability=0.5, seed=7)
        responses = [recorder.call("StopWebRecord", TaskId="unknown") for _ in range(20)]
        return [response == "RequestLimitExceeded" for response in responses]

    first = struck()
    assert first == struck()
    assert 0 < sum(first) < 20


def test_requests_that_are_not_authentic_use_no_rule_up(recorder: LocalService) -> None:
    recorder.inject(what="throttle")
    forger = official_client(recorder, secret_key="wrong")
    assert respond(forger, "StopWebRecord", TaskId="a") == "AuthFailure.SignatureFailure"
    assert recorder.call("StopWebRecord", TaskId="unknown") == "RequestLimitExceeded"
