"""The three actions at a real server: the requests, and the result of each response."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from trtc_webrecord.api.client import LiveTask, Started, WebRecordApi
from trtc_webrecord.api.credentials import Credential, CredentialChain
from trtc_webrecord.api.signing import signature
from trtc_webrecord.errors import ApiError, ConfigError, TaskNotExist, Unanswered
from unit.clockwork import EPOCH, Clockwork
from unit.scripted_service import (
    CUT,
    CUT_UNREAD,
    HANG,
    NOT_THERE,
    STARTED,
    Call,
    Reply,
    ScriptedService,
    error,
    ok,
)

PAIR = Credential("the-id", "the-key")
BODY = {"RecordUrl": "https://example.com/lobby", "RecordId": "lobby-1"}
NO_USABLE_ANSWER = {
    "reset before the request is read": CUT_UNREAD,
    "cut after the request is read": CUT,
    "no answer in time": HANG,
    "HTTP 500": Reply(status=500),
    "HTTP 502": Reply(b"<html>Bad Gateway</html>", status=502),
    "HTTP 302": Reply(status=302, headers={"Location": "/elsewhere"}),
    "HTTP 204": Reply(status=204),
    "no JSON": Reply(b"<html>"),
    "JSON of another form": Reply(b'{"TaskId": "task-1"}'),
    "a list": Reply(b"[]"),
    "Response is no object": Reply(b'{"Response": "fine"}'),
    "no RequestId": Reply(b'{"Response": {"TaskId": "task-1"}}'),
    "an error without a code": Reply(b'{"Response": {"Error": {}, "RequestId": "r"}}'),
    "an answer cut short": Reply(b'{"Response', headers={"Content-Length": "999"}),
    "a broken gzip": Reply(gzip.compress(b"{}")[:-9], headers={"Content-Encoding": "gzip"}),
}

Serve = Callable[..., tuple[WebRecordApi, ScriptedService]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """The API against a service with this script, by a clock that nobody waits for."""
    with ExitStack() as services:

        def start(*script: Any, **options: Any) -> tuple[WebRecordApi, ScriptedService]:
            service = services.enter_context(ScriptedService(script))
            defaults = {
                "region": "ap-singapore",
                "credentials": CredentialChain(PAIR, {}),
                "timeout": 1 if HANG in script else 10,
                "clock": Clockwork().clock,
            }
            return WebRecordApi(endpoint=service.endpoint, **{**defaults, **options}), service

        yield start


def test_a_start_is_signed_and_says_which_api_it_means(serve: Serve) -> None:
    api, service = serve(STARTED)
    assert api.start(BODY) == Started("task-1", "request-1")
    (call,) = service.calls
    assert call.body == BODY
    expected = {
        "X-TC-Action": "StartWebRecord",
        "X-TC-Version": "2019-07-22",
        "X-TC-Region": "ap-singapore",
        "X-TC-Language": "en-US",
        "X-TC-Timestamp": str(int(EPOCH)),
        "Content-Type": "application/json",
        "Host": service.endpoint.removeprefix("http://"),
    }
    assert {name: call.headers[name] for name in expected} == expected
    signed = {"content-type": "application/json", "host": call.headers["Host"]}
    assert call.headers["Authorization"].endswith(
        signature("the-key", "trtc", int(EPOCH), signed, call.raw)
    )


def test_a_task_is_asked_for_by_its_id(serve: Serve) -> None:
    api, service = serve(ok(Status=1, RecordId="lobby-1"))
    assert api.describe("task-1") == LiveTask("task-1", "lobby-1", "request-1")
    assert (service.calls[0].action, service.calls[0].body) == (
        "DescribeWebRecord",
        {"TaskId": "task-1"},
    )


def test_a_task_is_asked_for_by_its_record_id(serve: Serve) -> None:
    api, service = serve(ok(Status=1, TaskId="task-1"))
    assert api.describe_by_record_id(1600011111, "lobby-1") == LiveTask(
        "task-1", "lobby-1", "request-1"
    )
    assert service.calls[0].body == {"SdkAppId": 1600011111, "RecordId": "lobby-1"}


def test_a_task_without_a_record_id_has_an_empty_one(serve: Serve) -> None:
    api, _ = serve(ok(Status=1, RecordId=None))
    assert api.describe("task-1") == LiveTask("task-1", "", "request-1")


@pytest.mark.parametrize("code", ["FailedOperation.TaskNotExist", "InvalidParameter.TaskId"])
def test_a_task_that_is_not_there_is_none(serve: Serve, code: str) -> None:
    api, _ = serve(error(code), error(code), error(code))
    assert api.describe("task-1") is None
    assert api.describe_by_record_id(1, "lobby-1") is None
    with pytest.raises(TaskNotExist):
        api.stop("task-1")


def test_a_stop_names_the_task(serve: Serve) -> None:
    api, service = serve(ok())
    api.stop("task-1")
    assert (service.calls[0].action, service.calls[0].body) == (
        "StopWebRecord",
        {"TaskId": "task-1"},
    )


@pytest.mark.parametrize("reply", NO_USABLE_ANSWER.values(), ids=NO_USABLE_ANSWER.keys())
def test_a_start_without_a_usable_response_is_never_repeated(serve: Serve, reply: Reply) -> None:
    api, service = serve(reply, STARTED)
    with pytest.raises(Unanswered):
        api.start(BODY)
    assert service.connections == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cut after the request is read", "ConnectionLost"),
        ("no answer in time", "Timeout"),
        ("HTTP 502", "HTTP502"),
        ("no JSON", "NotJson"),
        ("a broken gzip", "NotJson"),
    ],
)
def test_what_replaced_a_response_is_named(serve: Serve, name: str, code: str) -> None:
    api, _ = serve(NO_USABLE_ANSWER[name])
    with pytest.raises(Unanswered) as caught:
        api.start(BODY)
    assert caught.value.code == code


@pytest.mark.parametrize("task_id", [None, "", 5])
def test_a_start_that_tells_no_task_id_has_no_usable_response(serve: Serve, task_id: Any) -> None:
    api, _ = serve(ok(TaskId=task_id))
    with pytest.raises(Unanswered):
        api.start(BODY)


def test_a_task_found_by_its_record_id_has_an_id(serve: Serve) -> None:
    api, _ = serve(ok(Status=1))
    with pytest.raises(Unanswered):
        api.describe_by_record_id(1, "lobby-1")


@pytest.mark.parametrize("reply", NO_USABLE_ANSWER.values(), ids=NO_USABLE_ANSWER.keys())
def test_asking_and_stopping_are_repeated_until_there_is_a_response(
    serve: Serve, reply: Reply
) -> None:
    api, service = serve(reply, NOT_THERE, reply, ok())
    assert api.describe("task-1") is None
    api.stop("task-1")
    assert service.connections == 4


def test_a_redirect_is_not_followed(serve: Serve) -> None:
    _, elsewhere = serve(STARTED)
    api, _ = serve(Reply(status=307, headers={"Location": elsewhere.endpoint}))
    with pytest.raises(Unanswered, match="HTTP307"):
        api.start(BODY)
    assert elsewhere.calls == []


def test_an_error_tells_action_code_message_and_request_id(serve: Serve) -> None:
    api, _ = serve(error("InvalidParameterValue.RecordUrl", "No such page."))
    with pytest.raises(ApiError) as caught:
        api.start(BODY)
    assert str(caught.value) == (
        "StartWebRecord returned InvalidParameterValue.RecordUrl: No such page. "
        "(RequestId request-1)"
    )


def test_an_error_is_seen_whatever_the_content_type(serve: Serve) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    api, _ = serve(Reply(NOT_THERE.body, headers=headers))
    with pytest.raises(TaskNotExist):
        api.stop("task-1")


def test_a_message_that_quotes_the_request_shows_no_secret(serve: Serve) -> None:
    key, stream, token = "canary", "rtmp://push.example.com/a?key=canary-2", "canary-3"
    page = f"https://user:{token}@example.com/lobby?token={token}"
    storage = {"AccessKey": key, "SecretKey": f"{key}-of-the-bucket"}
    body = {
        "RecordUrl": page,
        "StorageParams": {"CloudStorage": storage},
        "PublishCdnParams": [{"PublishCdnUrl": stream}],
    }
    quoted = f"{key}, {key}-of-the-bucket, {stream} and {page} are wrong"
    api, _ = serve(error("InvalidParameter", quoted))
    with pytest.raises(ApiError) as caught:
        api.start(body)
    assert caught.value.detail == (
        "[secret], [secret], [secret] and https://example.com/lobby?… are wrong"
    )


def test_a_response_about_a_task_shows_no_secret_of_the_urls_that_it_quotes(serve: Serve) -> None:
    page = "https://user:canary@example.com/lobby?token=canary"
    api, _ = serve(error("FailedOperation.TaskNotExist", f"It has ended: {page} is not there"))
    with pytest.raises(TaskNotExist) as caught:
        api.stop("task-1")
    assert caught.value.detail == "It has ended: https://example.com/lobby?… is not there"


def test_an_endpoint_that_nothing_can_be_sent_to_is_a_config_error() -> None:
    api = WebRecordApi(endpoint="trtc://host", region="", credentials=CredentialChain(PAIR, {}))
    with pytest.raises(ConfigError, match="StartWebRecord cannot be sent to host: InvalidURL"):
        api.start(BODY)


def test_threads_get_their_own_responses(serve: Serve) -> None:
    def echo(call: Call) -> Reply:
        return ok(TaskId=f"task of {call.body['RecordId']}")

    api, _ = serve(*[echo] * 64, timeout=5)
    answers: dict[str, str] = {}

    def start_some(worker: int) -> None:
        for number in range(8):
            record_id = f"{worker}-{number}"
            answers[record_id] = api.start({"RecordId": record_id}).task_id

    threads = [threading.Thread(target=start_some, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 64
    assert all(task == f"task of {record_id}" for record_id, task in answers.items())
