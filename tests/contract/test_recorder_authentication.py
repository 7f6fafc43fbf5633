"""Only what an accepted key pair signed is served, and each refusal has its code."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from contract.http_client import error_code, raw, signed, start_body
from official_client import official_client, respond
from trtc_recorder.testing import RunningService

BODY = b'{"TaskId": "unknown"}'
ADMITTED = "FailedOperation.TaskNotExist"
FAILURE = "AuthFailure.SignatureFailure"


def stopped(client: Any) -> str:
    """The error's code of StopWebRecord of an unknown task."""
    return str(respond(client, "StopWebRecord", TaskId="unknown"))


@pytest.fixture
def outcome(recorder: RunningService) -> Callable[..., str]:
    """Sign a request by hand, change headers (None drops one), send it: its error code."""

    def send(
        changes: dict[str, str | None] | None = None, body: bytes = BODY, **signing: Any
    ) -> str:
        headers: dict[str, str | None] = {**signed(recorder, BODY, **signing), **(changes or {})}
        sent = {name: value for name, value in headers.items() if value is not None}
        status, answer_headers, response = raw(recorder, headers=sent, body=body)
        assert (status, answer_headers["Content-Type"]) == (200, "application/json")
        return error_code(response)

    return send


def test_a_signature_by_the_letter_is_admitted(outcome: Callable[..., str]) -> None:
    assert outcome() == ADMITTED


@pytest.mark.parametrize(
    "signed_headers",
    [
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
    changed: dict[str, str | None] = {"X-TC-Action": "StopWebRecord"}
    assert outcome(changed, signed_headers=signed_headers) == FAILURE
    absent = f"{signed_headers};x-absent"
    assert outcome({}, signed_headers=absent, **{"X-Absent": "1"}) == ADMITTED
    left_out: dict[str, str | None] = {"X-Absent": None}
    code = outcome(left_out, signed_headers=absent, **{"X-Absent": "1"})
    assert code == FAILURE


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/json"])
def test_the_content_type_is_signed_as_it_was_sent(
    outcome: Callable[..., str], content_type: str
) -> None:
    assert outcome(content_type=content_type) == ADMITTED


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


def test_another_host_breaks_the_signature(outcome: Callable[..., str]) -> None:
    for host in ("trtc.intl.tencentcloudapi.com", "127.0.0.1:1", "127.0.0"):
        assert outcome(signed_host=host) == FAILURE


def test_a_wrong_key_a_changed_body_and_a_foreign_date_are_signature_failures(
    outcome: Callable[..., str],
) -> None:
    assert outcome(secret_key="another key") == FAILURE
    assert outcome(body=BODY + b" ") == FAILURE
    assert outcome(date="2019-02-25") == FAILURE


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
    assert stopped(official_client(recorder, **options)) == code


def test_more_than_five_minutes_of_skew_are_too_many(
    recorder: RunningService, outcome: Callable[..., str]
) -> None:
    now = int(recorder.now())
    assert outcome(timestamp=now - 290) == outcome(timestamp=now + 290) == ADMITTED
    expired = "AuthFailure.SignatureExpire"
    assert outcome(timestamp=now - 310) == outcome(timestamp=now + 310) == expired


def test_a_moved_clock_expires_signatures(recorder: RunningService) -> None:
    recorder.advance(301)
    assert stopped(official_client(recorder)) == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic dXNlcjpwYXNz",
        "TC3-HMAC-SHA256 Credential=AKID/2024-01-01/trtc/tc3_request",
        "TC3-HMAC-SHA256 Credential=AKID/2024-01-01/trtc/tc4_request, "
        "SignedHeaders=content-type;host, Signature=" + "0" * 64,
        "TC3-HMAC-SHA256 Credential=AKID/2024-01-01/trtc/tc3_request, "
        "SignedHeaders=content-type;host, Signature=xyz",
        "TC3-HMAC-SHA256 Credential=AKID/2024-01-01/trtc/tc3_request, "
        "SignedHeaders=content-type, Signature=" + "0" * 64,
    ],
)
def test_a_malformed_authorization_is_reported(
    outcome: Callable[..., str], authorization: str
) -> None:
    assert outcome({"Authorization": authorization}) == "AuthFailure.InvalidAuthorization"


@pytest.mark.parametrize(
    "header", ["Authorization", "X-TC-Action", "X-TC-Version", "X-TC-Timestamp", "X-TC-Region"]
)
def test_a_missing_common_parameter_is_told_by_name(recorder: RunningService, header: str) -> None:
    headers = signed(recorder, BODY)
    del headers[header]
    error = json.loads(raw(recorder, headers=headers, body=BODY)[2])["Response"]["Error"]
    assert error["Code"] == "MissingParameter"
    assert f"`{header.removeprefix('X-TC-')}`" in error["Message"]


def test_a_timestamp_that_is_no_number_is_refused(outcome: Callable[..., str]) -> None:
    assert outcome({"X-TC-Timestamp": "now"}) == "InvalidParameter"


def test_temporary_credentials_need_their_token_and_expire(recorder: RunningService) -> None:
    recorder.accept("AKIDtemporary", "temporary key", token="the token", expires_in=60)

    def outcome(token: str | None) -> str:
        client = official_client(
            recorder, secret_id="AKIDtemporary", secret_key="temporary key", token=token
        )
        return stopped(client)

    assert outcome("the token") == ADMITTED
    assert outcome(None) == outcome("another") == "AuthFailure.TokenFailure"
    recorder.advance(60)
    assert outcome("the token") == "AuthFailure.TokenFailure"
    recorder.accept("AKIDtemporary", "temporary key", token="the next token", expires_in=60)
    assert outcome("the next token") == ADMITTED
    recorder.revoke("AKIDtemporary")
    assert outcome("the next token") == "AuthFailure.SecretIdNotFound"
