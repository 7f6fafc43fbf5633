"""Only what an accepted key pair signed is served, and each refusal has its code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from contract.http_client import UNKNOWN_TASK, error_code, raw, signed
from official_client import official_client, respond
from recorder_tasks import start_body
from trtc_recorder.testing import RunningService

ADMITTED = "FailedOperation.TaskNotExist"
FAILURE = "AuthFailure.SignatureFailure"
TC3 = "TC3-HMAC-SHA256 Credential=AKID/2024-01-01/trtc/{}, SignedHeaders={}, Signature={}"


@pytest.fixture
def outcome(recorder: RunningService) -> Callable[..., str]:
    """Sign a request by hand, change headers (None drops one), send it: its error code."""

    def send(
        changes: dict[str, str | None] | None = None, body: bytes = UNKNOWN_TASK, **signing: Any
    ) -> str:
        headers: dict[str, str | None] = {
            **signed(recorder, UNKNOWN_TASK, **signing),
            **(changes or {}),
        }
        sent = {name: value for name, value in headers.items() if value is not None}
        return error_code(raw(recorder, headers=sent, body=body)[2])

    return send


@pytest.mark.parametrize(
    "signed_headers",
    [
        "content-type;host",
        "content-type;host;x-tc-action",
        "content-type;host;x-tc-action;x-tc-region;x-tc-timestamp;x-tc-version",
        "host;content-type",
    ],
)
@pytest.mark.parametrize("lower_case_values", [False, True])
def test_any_list_of_signed_headers_is_honoured(
    outcome: Callable[..., str], signed_headers: str, lower_case_values: bool
) -> None:
    code = outcome(signed_headers=signed_headers, lower_case_values=lower_case_values)
    assert code == ADMITTED


def test_a_signed_header_that_was_changed_or_left_out_breaks_the_signature(
    outcome: Callable[..., str],
) -> None:
    signed_headers = "content-type;host;x-tc-action"
    assert outcome({"X-TC-Action": "StopWebRecord"}, signed_headers=signed_headers) == FAILURE
    absent = {"signed_headers": f"{signed_headers};x-absent", "X-Absent": "1"}
    assert outcome(**absent) == ADMITTED
    assert outcome({"X-Absent": None}, **absent) == FAILURE


def test_the_content_type_is_signed_as_it_was_sent(outcome: Callable[..., str]) -> None:
    assert outcome(content_type="application/json; charset=utf-8") == ADMITTED


def test_a_client_that_leaves_the_payload_unsigned_is_served(recorder: RunningService) -> None:
    client = official_client(recorder, unsigned_payload=True)
    task = client.call_json("StartWebRecord", start_body())["Response"]["TaskId"]
    assert [task] == [live.task_id for live in recorder.live_tasks()]
    client.call_json("StopWebRecord", {"TaskId": task})


@pytest.mark.parametrize("stated", ["UNSIGNED-PAYLOAD", "unsigned-payload", "0" * 64])
def test_a_signature_of_the_body_is_void_once_the_body_is_said_to_be_unsigned(
    outcome: Callable[..., str], stated: str
) -> None:
    code = outcome({"X-TC-Content-SHA256": stated})
    assert code == (FAILURE if stated == "UNSIGNED-PAYLOAD" else ADMITTED)


def test_a_client_that_signs_the_host_without_its_port_is_served(
    recorder: RunningService, outcome: Callable[..., str]
) -> None:
    host = urlsplit(recorder.endpoint).hostname
    assert outcome(signed_host=host) == ADMITTED
    assert outcome(signed_host=host, signed_headers="content-type;host;x-tc-action") == ADMITTED


def test_a_client_that_takes_the_service_from_its_endpoint_is_served(
    recorder: RunningService, outcome: Callable[..., str]
) -> None:
    host = urlsplit(recorder.endpoint).hostname
    assert outcome(signed_host=host, service="127") == ADMITTED
    local = {"Host": f"localhost:{urlsplit(recorder.endpoint).port}"}
    assert outcome(signed_host="localhost", service=local["Host"], **local) == ADMITTED
    assert outcome(signed_host="localhost", service="127", **local) == "NoSuchProduct"


@pytest.mark.parametrize(
    "wrong",
    [
        {"signed_host": "trtc.intl.tencentcloudapi.com"},
        {"signed_host": "127.0.0.1:1"},
        {"signed_host": "127.0.0"},
        {"secret_key": "another key"},
        {"body": UNKNOWN_TASK + b" "},
        {"date": "2019-02-25"},
    ],
    ids=str,
)
def test_a_wrong_host_key_body_or_date_is_a_signature_failure(
    outcome: Callable[..., str], wrong: dict[str, Any]
) -> None:
    assert outcome(**wrong) == FAILURE


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
    recorder: RunningService, options: dict[str, Any], code: str
) -> None:
    assert respond(official_client(recorder, **options), "StopWebRecord", TaskId="a") == code


def test_more_than_five_minutes_of_skew_are_too_many(
    recorder: RunningService, outcome: Callable[..., str]
) -> None:
    now = int(recorder.now())
    assert outcome(timestamp=now - 290) == outcome(timestamp=now + 290) == ADMITTED
    expired = "AuthFailure.SignatureExpire"
    assert outcome(timestamp=now - 310) == outcome(timestamp=now + 310) == expired


def test_a_moved_clock_expires_signatures(recorder: RunningService) -> None:
    recorder.advance(301)
    assert (
        respond(official_client(recorder), "StopWebRecord", TaskId="a")
        == "AuthFailure.SignatureExpire"
    )


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic dXNlcjpwYXNz",
        "TC3-HMAC-SHA256 Credential=AKID/2024-01-01/trtc/tc3_request",
        TC3.format("tc4_request", "content-type;host", "0" * 64),
        TC3.format("tc3_request", "content-type;host", "xyz"),
        TC3.format("tc3_request", "content-type", "0" * 64),
    ],
    ids=["another scheme", "incomplete", "another scope", "no hash", "host unsigned"],
)
def test_a_malformed_authorization_is_reported(
    outcome: Callable[..., str], authorization: str
) -> None:
    assert outcome({"Authorization": authorization}) == "AuthFailure.InvalidAuthorization"


def test_a_timestamp_that_is_no_number_is_refused(outcome: Callable[..., str]) -> None:
    assert outcome({"X-TC-Timestamp": "now"}) == "InvalidParameter"


@pytest.mark.parametrize(
    "header", ["Authorization", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region"]
)
def test_a_missing_common_parameter_is_told_by_name(recorder: RunningService, header: str) -> None:
    headers = signed(recorder, UNKNOWN_TASK)
    del headers[header]
    error = json.loads(raw(recorder, headers=headers, body=UNKNOWN_TASK)[2])["Response"]["Error"]
    assert error["Code"] == "MissingParameter"
    assert f"`{header.removeprefix('X-TC-')}`" in error["Message"]


def test_temporary_credentials_need_their_token_and_expire(recorder: RunningService) -> None:
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
