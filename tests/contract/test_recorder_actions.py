"""StartWebRecord, DescribeWebRecord and StopWebRecord, driven by the official client."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.trtc.v20190722 import models
from trtc_recorder.testing import RunningService, local_settings, running_service

Call = Callable[..., Any]
Body = Callable[..., dict[str, Any]]

APP = 1600011111


def official_request(model: str, fields: dict[str, Any]) -> Any:
    request = getattr(models, model)()
    request.from_json_string(json.dumps(fields))
    return request


def test_typed_models_of_the_official_client_go_through_a_whole_life(
    recorder: RunningService, official: Call, start_body: Body
) -> None:
    client, request = official(recorder), official_request
    start = request(
        "StartWebRecordRequest",
        start_body(
            RecordId="lobby",
            MaxDurationLimit=3600,
            WebRecordVideoParams={"Width": 1280, "Height": 720, "Format": "mp4"},
            PublishCdnParams=[{"PublishCdnUrl": "rtmp://push.example.com/live/k"}],
            ReadyTimeout=30,
            EmulateMobileParams={"MobileDeviceType": 1, "ScreenOrientation": 1},
        ),
    )
    started = client.StartWebRecord(start)
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
        assert caught.value.get_code() == "FailedOperation.TaskNotExist"


def test_the_vod_form_of_storage_is_accepted(call: Call, start_body: Body) -> None:
    vod = {"ExpireTime": 0, "MediaType": 3, "UserDefineRecordId": "a_b-1", "SubAppId": 1}
    body = start_body(StorageParams={"CloudVod": {"TencentVod": vod}})
    assert call("StartWebRecord", **body)["TaskId"]


def test_the_same_record_id_starts_one_task(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    first = call("StartWebRecord", **start_body(RecordId="lobby"))
    assert call("StartWebRecord", **start_body(RecordId="lobby")) == "FailedOperation.TaskExist"
    other = start_body(RecordId="lobby", RecordUrl="https://example.com/other")
    assert call("StartWebRecord", **other) == "FailedOperation.TaskExist"
    assert [task.task_id for task in recorder.live_tasks()] == [first["TaskId"]]


def test_without_a_record_id_every_start_is_a_task(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    ids = {call("StartWebRecord", **start_body())["TaskId"] for _ in range(3)}
    assert len(ids) == len(recorder.live_tasks()) == 3


def test_a_record_id_is_unique_within_an_sdk_app_id(call: Call, start_body: Body) -> None:
    one = call("StartWebRecord", **start_body(RecordId="lobby", SdkAppId=1))
    two = call("StartWebRecord", **start_body(RecordId="lobby", SdkAppId=2))
    assert call("DescribeWebRecord", SdkAppId=1, RecordId="lobby")["TaskId"] == one["TaskId"]
    assert call("DescribeWebRecord", SdkAppId=2, RecordId="lobby")["TaskId"] == two["TaskId"]
    missing = call("DescribeWebRecord", SdkAppId=3, RecordId="lobby")
    assert missing == "FailedOperation.TaskNotExist"


def test_a_record_id_can_be_made_unique_within_the_account(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    recorder.switch(record_id_scope="account")
    call("StartWebRecord", **start_body(RecordId="lobby", SdkAppId=1))
    again = call("StartWebRecord", **start_body(RecordId="lobby", SdkAppId=2))
    assert again == "FailedOperation.TaskExist"


def test_an_ended_tasks_record_id_stays_taken_unless_switched(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    task = call("StartWebRecord", **start_body(RecordId="lobby"))
    call("StopWebRecord", TaskId=task["TaskId"])
    assert call("StartWebRecord", **start_body(RecordId="lobby")) == "FailedOperation.TaskExist"
    recorder.switch(ended_record_ids_reusable=True)
    again = call("StartWebRecord", **start_body(RecordId="lobby"))
    shown = call("DescribeWebRecord", SdkAppId=APP, RecordId="lobby")
    assert shown["TaskId"] == again["TaskId"] != task["TaskId"]


def test_a_young_task_is_not_seen_by_describe_or_stop(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    recorder.switch(visible_after=5)
    task = call("StartWebRecord", **start_body(RecordId="lobby"))
    queries: list[tuple[str, dict[str, Any]]] = [
        ("DescribeWebRecord", {"TaskId": task["TaskId"]}),
        ("DescribeWebRecord", {"SdkAppId": APP, "RecordId": "lobby"}),
        ("StopWebRecord", {"TaskId": task["TaskId"]}),
    ]
    assert {call(action, **query) for action, query in queries} == {"FailedOperation.TaskNotExist"}
    assert call("StartWebRecord", **start_body(RecordId="lobby")) == "FailedOperation.TaskExist"
    assert len(recorder.live_tasks()) == 1
    recorder.advance(5)
    assert all("RequestId" in call(action, **query) for action, query in queries)


def test_a_task_shows_after_five_seconds_by_default(official: Call, start_body: Body) -> None:
    with running_service() as recorder:
        client = official(recorder)
        task_id = client.call_json("StartWebRecord", start_body())["Response"]["TaskId"]
        recorder.advance(4)
        with pytest.raises(TencentCloudSDKException):
            client.call_json("DescribeWebRecord", {"TaskId": task_id})
        recorder.advance(1)
        shown = client.call_json("DescribeWebRecord", {"TaskId": task_id})["Response"]
        assert shown["Status"] == 1


def test_a_task_ends_at_its_longest_duration(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    task = call("StartWebRecord", **start_body(MaxDurationLimit=1800))
    recorder.advance(1790)
    assert len(recorder.live_tasks()) == 1
    recorder.advance(10)
    (ended,) = recorder.tasks()
    assert not ended.live
    assert (ended.ended_at, ended.end_reason) == (ended.started_at + 1800, "MaxDurationLimit")
    recorder.switch(clock_offset=0)
    assert call("DescribeWebRecord", TaskId=task["TaskId"]) == "FailedOperation.TaskNotExist"


def test_a_stop_can_take_a_while(recorder: RunningService, call: Call, start_body: Body) -> None:
    recorder.switch(stop_delay=10)
    task = call("StartWebRecord", **start_body())
    assert "RequestId" in call("StopWebRecord", TaskId=task["TaskId"])
    recorder.advance(6)
    assert call("DescribeWebRecord", TaskId=task["TaskId"])["Status"] == 1
    assert "RequestId" in call("StopWebRecord", TaskId=task["TaskId"])
    recorder.advance(4)
    assert call("DescribeWebRecord", TaskId=task["TaskId"]) == "FailedOperation.TaskNotExist"
    assert recorder.tasks()[0].end_reason == "stopped"


def test_a_task_that_ended_by_itself_is_gone(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    task = call("StartWebRecord", **start_body())
    recorder.end(task["TaskId"], "page unreachable")
    assert call("StopWebRecord", TaskId=task["TaskId"]) == "FailedOperation.TaskNotExist"
    assert recorder.tasks()[0].end_reason == "page unreachable"


def test_putting_the_clock_back_revives_no_task(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    task = call("StartWebRecord", **start_body())
    call("StopWebRecord", TaskId=task["TaskId"])
    recorder.advance(-100)
    assert recorder.live_tasks() == []


def test_starts_over_the_quota_are_refused_and_burn_their_record_id(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    recorder.switch(task_quota=1)
    first = call("StartWebRecord", **start_body(RecordId="one"))
    refused = call("StartWebRecord", **start_body(RecordId="two"))
    assert refused == "ResourceInsufficient.RequestRejection"
    assert call("StartWebRecord", **start_body(RecordId="other", SdkAppId=2))["TaskId"]
    call("StopWebRecord", TaskId=first["TaskId"])
    assert call("StartWebRecord", **start_body(RecordId="two")) == "FailedOperation.TaskExist"
    assert call("DescribeWebRecord", SdkAppId=APP, RecordId="two") == "FailedOperation.TaskNotExist"
    recorder.switch(ended_record_ids_reusable=True)
    assert call("StartWebRecord", **start_body(RecordId="two")) == "FailedOperation.TaskExist"


def test_starts_over_the_quota_can_leave_their_record_id_alone(
    recorder: RunningService, call: Call, start_body: Body
) -> None:
    recorder.switch(task_quota=1, failed_start_burns=False, quota_code="LimitExceeded")
    first = call("StartWebRecord", **start_body(RecordId="one"))
    assert call("StartWebRecord", **start_body(RecordId="two")) == "LimitExceeded"
    call("StopWebRecord", TaskId=first["TaskId"])
    assert call("StartWebRecord", **start_body(RecordId="two"))["TaskId"]


def test_a_refused_start_leaves_its_record_id_free(call: Call, start_body: Body) -> None:
    wrong = start_body(RecordId="lobby", MaxDurationLimit=1)
    assert call("StartWebRecord", **wrong) == "InvalidParameterValue"
    assert call("StartWebRecord", **start_body(RecordId="lobby"))["TaskId"]


def test_many_threads_with_one_record_id_start_one_task(
    recorder: RunningService, official: Call, start_body: Body
) -> None:
    def start(_: int) -> str:
        try:
            response = official(recorder).call_json("StartWebRecord", start_body(RecordId="lobby"))
        except TencentCloudSDKException as error:
            return str(error.get_code())
        return f"task {response['Response']['TaskId']}"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(start, range(48)))
    (task,) = recorder.live_tasks()
    assert sorted(outcomes) == sorted([f"task {task.task_id}", *["FailedOperation.TaskExist"] * 47])


def test_each_action_has_its_own_limit_of_twenty_requests_a_second(
    official: Call, start_body: Body
) -> None:
    frozen = time.time()
    with running_service(time=lambda: frozen) as recorder:
        client = official(recorder)

        def code(action: str, body: dict[str, Any]) -> str:
            try:
                client.call_json(action, body)
            except TencentCloudSDKException as error:
                if error.get_code() == "RequestLimitExceeded":
                    messages.append(error.get_message())
                return str(error.get_code())
            return "OK"

        messages: list[str] = []
        codes = [code("StartWebRecord", start_body(RecordId=f"r{n}")) for n in range(22)]
        assert codes == ["OK"] * 20 + ["RequestLimitExceeded"] * 2
        assert messages[0] == (
            "Your current request times equals to `21` in a second, which exceeds the frequency "
            "limit `20` for a second. Please reduce the frequency of calls."
        )
        assert "equals to `22`" in messages[1]
        assert code("StopWebRecord", {"TaskId": "unknown"}) == "FailedOperation.TaskNotExist"
        recorder.advance(1)
        assert code("StartWebRecord", start_body(RecordId="r20")) == "OK"
        assert len(recorder.live_tasks()) == 21


def test_the_limit_of_requests_can_be_changed_and_turned_off(
    official: Call,
) -> None:
    frozen = time.time()
    with running_service(local_settings(requests_per_second=1), time=lambda: frozen) as recorder:
        client = official(recorder)

        def codes(count: int) -> set[str]:
            recorder.reset_calls()
            for _ in range(count):
                with pytest.raises(TencentCloudSDKException):
                    client.call_json("StopWebRecord", {"TaskId": "unknown"})
            return {call.outcome for call in recorder.calls("StopWebRecord")}

        assert codes(2) == {"FailedOperation.TaskNotExist", "RequestLimitExceeded"}
        recorder.switch(requests_per_second=0)
        assert codes(30) == {"FailedOperation.TaskNotExist"}
