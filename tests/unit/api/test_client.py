"""The three actions at a real server: requests, results, errors, and warnings in a header."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from trtc_webrecord.api.client import LiveTask, Started
from trtc_webrecord.errors import ApiError, ConfigError, TaskNotExist, Unanswered
from unit.api_bench import BODY, Bench
from unit.clockwork import EPOCH
from unit.scripted_service import CUT, CUT_UNREAD, HANG, NOT_THERE, STARTED, Reply, error, ok

NO_USABLE_ANSWER = {
    "reset before the request is read": (CUT_UNREAD, "ConnectionLost"),
    "cut after the request is read": (CUT, "ConnectionLost"),
    "no answer in time": (HANG, "Timeout"),
    "HTTP 500": (Reply(status=500), "HTTP500"),
    "no JSON": (Reply(b"<html>"), "NotJson"),
    "Response is no object": (Reply(b'{"Response": "fine"}'), "NotJson"),
    "no RequestId": (Reply(b'{"Response": {"TaskId": "task-1"}}'), "NotJson"),
    "an error without a code": (Reply(b'{"Response": {"Error": {}, "RequestId": "r"}}'), "NotJson"),
    "an answer cut short": (
        Reply(b'{"Response', headers={"Content-Length": "999"}),
        "ConnectionLost",
    ),
    "a broken gzip": (
        Reply(gzip.compress(b"{}")[:-9], headers={"Content-Encoding": "gzip"}),
        "NotJson",
    ),
}


def test_a_start_is_signed_and_says_which_api_it_means(api_bench: Bench) -> None:
    api = api_bench.serve(STARTED)
    assert api.start(BODY) == Started("task-1", "request-1")
    (call,) = api_bench.calls
    assert call.body == BODY
    expected = {
        "X-TC-Action": "StartWebRecord",
        "X-TC-Version": "2019-07-22",
        "X-TC-Region": "ap-singapore",
        "X-TC-Language": "en-US",
        "X-TC-Timestamp": str(int(EPOCH)),
        "Content-Type": "application/json",
        "Host": api_bench.service.endpoint.removeprefix("http://"),
    }
    assert {name: call.headers[name] for name in expected} == expected
    assert call.headers["Authorization"].startswith("TC3-HMAC-SHA256 Credential=the-id/")


def test_a_task_is_asked_for_by_either_id_and_stopped_by_its_own(api_bench: Bench) -> None:
    by_record_id = ok(Status=1, TaskId="task-1")
    api = api_bench.serve(
        ok(Status=1, RecordId="lobby-1"), ok(RecordId=None), by_record_id, CUT, CUT, ok()
    )
    assert api.describe("task-1") == LiveTask("task-1", "lobby-1", "request-1")
    assert api.describe("task-1") == LiveTask("task-1", "", "request-1")
    found = api.describe_by_record_id(1600011111, "lobby-1")
    assert found == LiveTask("task-1", "lobby-1", "request-1")
    api.stop("task-1")
    named = {"SdkAppId": 1600011111, "RecordId": "lobby-1"}
    assert [(call.action, call.body) for call in api_bench.calls] == [
        *[("DescribeWebRecord", {"TaskId": "task-1"})] * 2,
        ("DescribeWebRecord", named),
        *[("StopWebRecord", {"TaskId": "task-1"})] * 3,
    ]


def test_a_task_that_is_not_there_is_none_at_once(api_bench: Bench) -> None:
    api = api_bench.serve(NOT_THERE, NOT_THERE, NOT_THERE)
    assert api.describe("task-1") is None
    assert api.describe_by_record_id(1, "lobby-1") is None
    with pytest.raises(TaskNotExist):
        api.stop("task-1")
    assert len(api_bench.calls) == 3


@pytest.mark.parametrize(("reply", "code"), NO_USABLE_ANSWER.values(), ids=NO_USABLE_ANSWER.keys())
def test_a_start_without_a_usable_response_names_what_came_and_is_never_repeated(
    api_bench: Bench, reply: Reply, code: str
) -> None:
    api = api_bench.serve(reply, STARTED, timeout=1)
    with pytest.raises(Unanswered) as caught:
        api.start(BODY)
    assert (caught.value.code, api_bench.service.connections) == (code, 1)


@pytest.mark.parametrize("task_id", [None, "", 5])
def test_a_response_without_a_task_id_is_not_usable(api_bench: Bench, task_id: Any) -> None:
    api = api_bench.serve(ok(TaskId=task_id), ok(Status=1, TaskId=task_id))
    with pytest.raises(Unanswered):
        api.start(BODY)
    with pytest.raises(Unanswered):
        api.describe_by_record_id(1, "lobby-1")


def test_a_redirect_is_not_followed(api_bench: Bench) -> None:
    api_bench.serve(STARTED)
    elsewhere = api_bench.service
    api = api_bench.serve(Reply(status=307, headers={"Location": elsewhere.endpoint}))
    with pytest.raises(Unanswered, match="HTTP307"):
        api.start(BODY)
    assert elsewhere.calls == []


PAGE = "https://user:canary@example.com/lobby?token=canary"
STREAM = "rtmp://push.example.com/a?key=canary-2"
SECRETS = {
    "RecordUrl": PAGE,
    "StorageParams": {"CloudStorage": {"AccessKey": "canary", "SecretKey": "canary-key"}},
    "PublishCdnParams": [{"PublishCdnUrl": STREAM}],
}


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("No such page.", "No such page. "),
        ("No such page: \ud83d", "No such page: ? "),
        (
            f"canary, canary-key, {STREAM} and {PAGE} are wrong",
            "[secret], [secret], [secret] and https://example.com/lobby?… are wrong ",
        ),
    ],
)
def test_an_error_tells_action_code_message_and_request_id_without_secrets_of_the_request(
    api_bench: Bench, message: str, shown: str
) -> None:
    api = api_bench.serve(error("InvalidParameterValue.RecordUrl", message))
    with pytest.raises(ApiError) as caught:
        api.start(SECRETS)
    assert str(caught.value) == (
        f"StartWebRecord returned InvalidParameterValue.RecordUrl: {shown}(RequestId request-1)"
    )


def test_the_log_has_each_request_and_its_outcome_without_secrets(
    api_bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "trtc_webrecord")
    api = api_bench.serve(error("RequestLimitExceeded", f"slow down: {PAGE}"), STARTED)
    api.start({**SECRETS, "SdkAppId": 1, "RecordId": "lobby-1"})
    to = f"{api_bench.service.endpoint} (ap-singapore)"
    sent = f"{to}: StartWebRecord of SdkAppId 1, RecordId lobby-1"
    first, second = (each.getMessage() for each in caplog.records if each.name[:4] == "trtc")
    assert first.startswith(f"{sent}: StartWebRecord returned RequestLimitExceeded: slow down")
    assert second == f"{sent}: TaskId task-1, RequestId request-1"
    assert "canary" not in caplog.text


def test_a_response_about_a_task_shows_no_secret_of_quoted_urls(api_bench: Bench) -> None:
    api = api_bench.serve(error("FailedOperation.TaskNotExist", f"It has ended: {PAGE}"))
    with pytest.raises(TaskNotExist) as caught:
        api.stop("task-1")
    assert caught.value.detail == "It has ended: https://example.com/lobby?…"


def test_an_endpoint_that_nothing_can_be_sent_to_is_a_config_error(api_bench: Bench) -> None:
    with pytest.raises(ConfigError, match="StartWebRecord cannot be sent to host: InvalidURL"):
        api_bench.api("trtc://host").start(BODY)


WARNING = "Nothing is recorded here: run `apt-get install ffmpeg`."


def warned(reply: Reply, value: str) -> Reply:
    return replace(reply, headers={"Warning": value})


def test_a_warning_is_shown_once_however_often_it_is_sent(api_bench: Bench) -> None:
    api = api_bench.serve(endless=warned(STARTED, f'299 - "{WARNING}"'), requests_per_second=1000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: api.start(BODY), range(24)))
    assert api_bench.shown == [f"warning from the service: {WARNING}"]


def test_warnings_may_come_with_any_response_and_have_quotes(api_bench: Bench) -> None:
    quoted = r'299 127.0.0.1:8790 "no \"Xvfb\" in C:\\bin", 299 - "The disk is full."'
    last = warned(error("InvalidParameter"), '299 - "last"')
    api = api_bench.serve(warned(NOT_THERE, quoted), last)
    assert api.describe("task-1") is None
    with pytest.raises(ApiError):
        api.start(BODY)
    assert api_bench.shown == [
        r'warning from the service: no "Xvfb" in C:\bin',
        "warning from the service: The disk is full.",
        "warning from the service: last",
    ]


@pytest.mark.parametrize(
    "value", ['110 - "Response is Stale"', "299", '299 - "unfinished', "1299 - nothing", ""]
)
def test_any_other_header_is_not_shown_nor_any_without_a_callback(
    api_bench: Bench, value: str
) -> None:
    for header, options in ((value, {}), (f'299 - "{WARNING}"', {"notify": None})):
        api = api_bench.serve(warned(STARTED, header), **options)
        assert api.start(BODY).task_id == "task-1"
    assert api_bench.shown == []
