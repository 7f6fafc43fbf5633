"""StartWebRecord, DescribeWebRecord and StopWebRecord, driven by the official client."""

from __future__ import annotations

import json
import re
import time
import uuid
from typing import Any

import pytest
from contract.local_service import LocalService, local_service
from official_client import official_client
from recorder_tasks import SDK_APP_ID as APP
from recorder_tasks import start_body, vod
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.trtc.v20190722 import models
from trtc_recorder import Switches

EXIST, NOT_EXIST = "FailedOperation.TaskExist", "FailedOperation.TaskNotExist"
GONE = "Task does not exist."


def official_request(model: str, fields: dict[str, Any]) -> Any:
    request = getattr(models, model)()
    request.from_json_string(json.dumps(fields))
    return request


def test_the_official_clients_models_go_through_a_whole_life(recorder: LocalService) -> None:
    client, request = official_client(recorder), official_request
    body = start_body(
        RecordId="lobby",
        MaxDurationLimit=3600,
        WebRecordVideoParams={"Width": 1280, "Height": 720, "Format": "mp4"},
        PublishCdnParams=[{"PublishCdnUrl": "rtmp://push.example.com/live/k"}],
        ReadyTimeout=30,
        EmulateMobileParams={"MobileDeviceType": 1, "ScreenOrientation": 1},
    )
    started = client.StartWebRecord(request("StartWebRecordRequest", body))
    assert re.fullmatch(r"[A-Za-z0-9+-]{85,95}", started.TaskId)
    assert uuid.UUID(started.RequestId).version == 4

    by_task = request("DescribeWebRecordRequest", {"TaskId": started.TaskId})
    by_record = request("DescribeWebRecordRequest", {"SdkAppId": APP, "RecordId": "lobby"})
    shown = client.DescribeWebRecord(by_task)
    assert (shown.Status, shown.RecordId) == (1, "lobby")
    shown = client.DescribeWebRecord(by_record)
    assert (shown.Status, shown.TaskId) == (1, started.TaskId)

    stop = request("StopWebRecordRequest", {"TaskId": started.TaskId})
    assert client.StopWebRecord(stop).RequestId
    for again, query in (
        (client.StopWebRecord, stop),
        (client.DescribeWebRecord, by_task),
        (client.DescribeWebRecord, by_record),
    ):
        with pytest.raises(TencentCloudSDKException) as caught:
            again(query)
        assert caught.value.get_code() == NOT_EXIST


def test_the_vod_form_of_storage_is_accepted(recorder: LocalService) -> None:
    storage = vod(ExpireTime=0, MediaType=3, UserDefineRecordId="a_b-1", SubAppId=1)
    assert recorder.start(StorageParams=storage)["TaskId"]


def test_the_same_record_id_starts_one_task(recorder: LocalService) -> None:
    first = recorder.start(RecordId="lobby")
    assert recorder.start(RecordId="lobby") == EXIST
    assert recorder.start(RecordId="lobby", RecordUrl="https://example.com/other") == EXIST
    assert [task.task_id for task in recorder.live_tasks()] == [first["TaskId"]]


def test_a_record_id_can_be_made_unique_within_the_account(recorder: LocalService) -> None:
    recorder.switch(record_id_scope="account")
    recorder.start(RecordId="lobby", SdkAppId=1)
    assert recorder.start(RecordId="lobby", SdkAppId=2) == EXIST


def test_an_ended_tasks_record_id_can_be_made_reusable(recorder: LocalService) -> None:
    recorder.switch(ended_record_ids_reusable=True)
    task = recorder.start(RecordId="lobby")
    recorder.call("StopWebRecord", TaskId=task["TaskId"])
    again = recorder.start(RecordId="lobby")
    shown = recorder.call("DescribeWebRecord", SdkAppId=APP, RecordId="lobby")
    assert shown["TaskId"] == again["TaskId"] != task["TaskId"]


def test_a_task_shows_after_five_seconds_by_default(recorder: LocalService) -> None:
    recorder.switch(visible_after=Switches().visible_after)
    task = recorder.start(RecordId="lobby")
    queries: list[tuple[str, dict[str, Any]]] = [
        ("DescribeWebRecord", {"TaskId": task["TaskId"]}),
        ("DescribeWebRecord", {"SdkAppId": APP, "RecordId": "lobby"}),
        ("StopWebRecord", {"TaskId": task["TaskId"]}),
    ]
    recorder.advance(4)
    assert {recorder.call(action, **query) for action, query in queries} == {NOT_EXIST}
    assert len(recorder.live_tasks()) == 1
    recorder.advance(1)
    assert all("RequestId" in recorder.call(action, **query) for action, query in queries)


def test_a_task_ends_at_its_longest_duration_for_good(recorder: LocalService) -> None:
    task = recorder.start(MaxDurationLimit=1800)
    recorder.advance(1790)
    assert len(recorder.live_tasks()) == 1
    recorder.advance(10)
    (ended,) = recorder.tasks()
    assert not ended.live
    assert (ended.ended_at, ended.end_reason) == (ended.started_at + 1800, "MaxDurationLimit")
    recorder.switch(clock_offset=0)
    assert recorder.call("DescribeWebRecord", TaskId=task["TaskId"]) == NOT_EXIST


def test_a_stop_can_take_a_while(recorder: LocalService) -> None:
    recorder.switch(stop_delay=10)
    task = recorder.start()
    assert "RequestId" in recorder.call("StopWebRecord", TaskId=task["TaskId"])
    recorder.advance(6)
    assert recorder.call("DescribeWebRecord", TaskId=task["TaskId"])["Status"] == 1
    assert "RequestId" in recorder.call("StopWebRecord", TaskId=task["TaskId"])
    recorder.advance(4)
    assert recorder.call("DescribeWebRecord", TaskId=task["TaskId"]) == NOT_EXIST
    assert recorder.tasks()[0].end_reason == "stopped"


def test_starts_over_the_quota_are_rejected_and_burn_their_record_id(
    recorder: LocalService,
) -> None:
    recorder.switch(task_quota=1)
    first = recorder.start(RecordId="one")
    assert recorder.start(RecordId="two") == "ResourceInsufficient.RequestRejection"
    assert recorder.start(RecordId="other", SdkAppId=2)["TaskId"]
    recorder.call("StopWebRecord", TaskId=first["TaskId"])
    assert recorder.start(RecordId="two") == EXIST
    recorder.switch(ended_record_ids_reusable=True)
    assert recorder.start(RecordId="two") == EXIST


def test_starts_over_the_quota_can_leave_their_record_id_alone(recorder: LocalService) -> None:
    recorder.switch(task_quota=1, failed_start_burns=False, quota_code="LimitExceeded")
    first = recorder.start(RecordId="one")
    assert recorder.start(RecordId="two") == "LimitExceeded"
    recorder.call("StopWebRecord", TaskId=first["TaskId"])
    assert recorder.start(RecordId="two")["TaskId"]


def test_a_rejected_start_leaves_its_record_id_free(recorder: LocalService) -> None:
    assert recorder.start(RecordId="lobby", MaxDurationLimit=1) == "InvalidParameterValue"
    assert recorder.start(RecordId="lobby")["TaskId"]


def test_each_action_has_its_own_limit_of_twenty_requests_a_second() -> None:
    frozen = time.time()
    with local_service(time=lambda: frozen) as recorder:
        starts = [recorder.start(RecordId=f"r{n}") for n in range(20)]
        assert all("TaskId" in response for response in starts)
        for times in (21, 22):
            assert recorder.error("StartWebRecord", **start_body(RecordId="r20")) == (
                "RequestLimitExceeded",
                f"Your current request times equals to `{times}` in a second, which exceeds the "
                "frequency limit `20` for a second. Please reduce the frequency of calls.",
            )
        assert recorder.call("StopWebRecord", TaskId="unknown") == NOT_EXIST
        recorder.advance(1)
        assert "TaskId" in recorder.start(RecordId="r20")


def test_the_limit_of_requests_can_be_changed_and_turned_off(recorder: LocalService) -> None:
    def codes(count: int) -> set[str]:
        return {recorder.call("StopWebRecord", TaskId="unknown") for _ in range(count)}

    recorder.switch(requests_per_second=1)
    assert codes(30) == {NOT_EXIST, "RequestLimitExceeded"}
    recorder.switch(requests_per_second=0)
    assert codes(30) == {NOT_EXIST}


def messages(recorder: LocalService, task_id: str, record_id: str) -> set[str]:
    """What Describe, by both ids, and Stop say of a task that is not there."""
    errors = [
        recorder.error("DescribeWebRecord", TaskId=task_id),
        recorder.error("DescribeWebRecord", SdkAppId=APP, RecordId=record_id),
        recorder.error("StopWebRecord", TaskId=task_id),
    ]
    assert {code for code, _ in errors} == {NOT_EXIST}
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
    recorder.switch(clock_offset=0)
    assert messages(recorder, over, "over") == {GONE}
    assert messages(recorder, "never-was", "never-was") == {GONE}
