"""Only what an accepted key pair signed is served, and each rejection has its code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from contract.http_client import UNKNOWN_TASK, error_code, raw, signed
from contract.local_service import LocalService
from official_client import official_client, respond
from recorder_tasks import SDK_APP_ID, start_body

NOT_UNDER_APP_ID = "FailedOperation.SdkAppIdNotUnderAppId"
ADMITTED = "FailedOperation.TaskNotExist"
FAILURE = "AuthFailure.SignatureFailure"
MALFORMED = "AuthFailure.InvalidAuthorization"
EXPIRED = "AuthFailure.SignatureExpire"
WITH_ACTION = "content-type;host;x-tc-action"
TC3 = "TC3-HMAC-SHA256 Credential=AKID/2024-01-01/trtc/{}, SignedHeaders={}, Signature={}"

Outcome = Callable[..., str]


@pytest.fixture
def outcome(recorder: LocalService) -> Outcome:
    """Sign a request by hand, change headers (None drops one), send it: its error code."""

    def send(
        changes: dict[str, str | None] | None = None, body: bytes = UNKNOWN_TASK, **signing: Any
    ) -> str:
        headers = {**signed(recorder, UNKNOWN_TASK, **signing), **(changes or {})}
        sent = {name: value for name, value in headers.items() if value is not None}
        return error_code(raw(recorder, headers=sent, body=body)[2])

    return send


@pytest.mark.parametrize(
    "signed_headers",
    [
        "content-type;host",
        WITH_ACTION,
        "content-type;host;x-tc-action;x-tc-region;x-tc-timestamp;x-tc-version",
        "host;content-type",
    ],
)
@pytest.mark.parametrize("lower_case_values", [False, True])
def test_any_list_of_signed_headers_is_honoured(
    outcome: Outcome, signed_headers: str, lower_case_values: bool
) -> None:
    code = outcome(signed_headers=signed_headers, lower_case_values=lower_case_values)
    assert code == ADMITTED


@pytest.mark.parametrize(
    ("changes", "signing", "code"),
    [
        ({}, {"content_type": "application/json; charset=utf-8"}, ADMITTED),
        ({"X-TC-Action": "StopWebRecord"}, {"signed_headers": WITH_ACTION}, FAILURE),
        ({}, {"signed_headers": WITH_ACTION + ";x-more", "X-More": "1"}, ADMITTED),
        ({"X-More": None}, {"signed_headers": WITH_ACTION + ";x-more", "X-More": "1"}, FAILURE),
        ({}, {"signed_host": "trtc.intl.tencentcloudapi.com"}, FAILURE),
        ({}, {"signed_host": "127.0.0.1:1"}, FAILURE),
        ({}, {"signed_host": "127.0.0"}, FAILURE),
        ({}, {"secret_key": "another key"}, FAILURE),
        ({}, {"body": UNKNOWN_TASK + b" "}, FAILURE),
        ({}, {"date": "2019-02-25"}, FAILURE),
        ({"X-TC-Content-SHA256": "UNSIGNED-PAYLOAD"}, {}, FAILURE),
        ({"X-TC-Content-SHA256": "unsigned-payload"}, {}, ADMITTED),
        ({"X-TC-Content-SHA256": "0" * 64}, {}, ADMITTED),
        ({"X-TC-Timestamp": "now"}, {}, "InvalidParameter"),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, {}, MALFORMED),
        ({"Authorization": TC3.partition(",")[0].format("tc3_request")}, {}, MALFORMED),
        ({"Authorization": TC3.format("tc4_request", WITH_ACTION, "0" * 64)}, {}, MALFORMED),
        ({"Authorization": TC3.format("tc3_request", WITH_ACTION, "xyz")}, {}, MALFORMED),
        ({"Authorization": TC3.format("tc3_request", "content-type", "0" * 64)}, {}, MALFORMED),
    ],
    ids=str,
)
def test_a_signature_covers_what_it_names_and_has_its_form(
    outcome: Outcome, changes: dict[str, str | None], signing: dict[str, Any], code: str
) -> None:
    assert outcome(changes, **signing) == code


def test_a_client_that_signs_the_host_without_its_port_is_served(outcome: Outcome) -> None:
    assert outcome(signed_host="127.0.0.1") == ADMITTED
    assert outcome(signed_host="127.0.0.1", signed_headers=WITH_ACTION) == ADMITTED


def test_a_client_that_takes_the_service_from_its_endpoint_is_served(
    recorder: LocalService, outcome: Outcome
) -> None:
    assert outcome(signed_host="127.0.0.1", service="127") == ADMITTED
    local = {"Host": f"localhost:{urlsplit(recorder.endpoint).port}"}
    assert outcome(signed_host="localhost", service=local["Host"], **local) == ADMITTED
    assert outcome(signed_host="localhost", service="127", **local) == "NoSuchProduct"


def test_the_official_client_may_leave_the_payload_unsigned(recorder: LocalService) -> None:
    client = official_client(recorder, unsigned_payload=True)
    task_id = respond(client, "StartWebRecord", **start_body())["TaskId"]
    assert "RequestId" in respond(client, "StopWebRecord", TaskId=task_id)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"secret_id": "AKIDunknown"}, "AuthFailure.SecretIdNotFound"),
        ({"unsigned_payload": True, "secret_key": "another"}, FAILURE),
        ({"service": "cvm"}, "NoSuchProduct"),
        ({"token": "unknown"}, "AuthFailure.TokenFailure"),
    ],
    ids=["unknown key", "wrong key, unsigned payload", "other product", "permanent key with token"],
)
def test_the_official_client_with_other_credentials_is_rejected(
    recorder: LocalService, options: dict[str, Any], code: str
) -> None:
    assert respond(official_client(recorder, **options), "StopWebRecord", TaskId="a") == code


@pytest.mark.parametrize(
    ("seconds", "code"), [(-310, EXPIRED), (-290, ADMITTED), (290, ADMITTED), (310, EXPIRED)]
)
def test_more_than_five_minutes_of_skew_are_too_many(
    recorder: LocalService, outcome: Outcome, seconds: int, code: str
) -> None:
    assert outcome(timestamp=int(recorder.now()) + seconds) == code


def test_a_moved_clock_expires_signatures(recorder: LocalService) -> None:
    recorder.advance(301)
    assert respond(official_client(recorder), "StopWebRecord", TaskId="a") == EXPIRED


@pytest.mark.parametrize(
    "header", ["Authorization", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region"]
)
def test_a_missing_common_parameter_is_told_by_name(recorder: LocalService, header: str) -> None:
    headers = signed(recorder, UNKNOWN_TASK)
    del headers[header]
    error = json.loads(raw(recorder, headers=headers, body=UNKNOWN_TASK)[2])["Response"]["Error"]
    assert error["Code"] == "MissingParameter"
    assert f"`{header.removeprefix('X-TC-')}`" in error["Message"]


def test_temporary_credentials_need_their_token_and_expire(recorder: LocalService) -> None:
    recorder.accept("AKIDtemporary", "temporary key", token="the token", expires_in=60)

    def outcome(token: str | None) -> str:
        client = official_client(
            recorder, secret_id="AKIDtemporary", secret_key="temporary key", token=token
        )
        return str(respond(client, "StopWebRecord", TaskId="a"))

    assert outcome("the token") == ADMITTED
    assert outcome(None) == outcome("another") == "AuthFailure.TokenFailure"
    recorder.advance(60)
    assert outcome("the token") == "AuthFailure.TokenFailure"
    recorder.accept("AKIDtemporary", "temporary key", token="the next token", expires_in=60)
    assert outcome("the next token") == ADMITTED
    recorder.revoke("AKIDtemporary")
    assert outcome("the next token") == "AuthFailure.SecretIdNotFound"


def test_another_account_has_neither_the_application_nor_its_tasks(
    recorder: LocalService,
) -> None:
    task = recorder.start(RecordId="lobby")["TaskId"]
    by_record = {"SdkAppId": SDK_APP_ID, "RecordId": "lobby"}
    recorder.accept("AKIDother", "its key", sdk_app_ids=[SDK_APP_ID + 1])
    other = official_client(recorder, secret_id="AKIDother", secret_key="its key")
    for body in (start_body(RecordId="lobby"), start_body()):
        assert respond(other, "StartWebRecord", **body) == NOT_UNDER_APP_ID
    assert respond(other, "DescribeWebRecord", **by_record) == NOT_UNDER_APP_ID
    for action in ("DescribeWebRecord", "StopWebRecord"):
        assert respond(other, action, TaskId=task) == "FailedOperation.TaskNotExist"
    assert respond(other, "StartWebRecord", **start_body(SdkAppId=SDK_APP_ID + 1))["TaskId"]
    recorder.accept("AKIDother", "its key", sdk_app_ids=[SDK_APP_ID])
    assert recorder.call("DescribeWebRecord", **by_record)["TaskId"] == task
    assert respond(other, "StopWebRecord", TaskId=task)["RequestId"]
