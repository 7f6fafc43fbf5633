"""The envelope: status, headers, methods, sizes, and the codes for what is no such request."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from tencentcloud.common.exception import TencentCloudSDKException
from trtc_recorder.testing import RunningService

BODY = b'{"TaskId": "unknown"}'
Raw = Callable[..., Any]
Signed = Callable[..., dict[str, str]]


def test_an_error_has_status_200_and_exactly_application_json(
    recorder: RunningService, raw: Raw, signed: Signed
) -> None:
    status, headers, body = raw(recorder, headers=signed(recorder, BODY), body=BODY)
    assert (status, headers.get_all("Content-Type")) == (200, ["application/json"])
    response = json.loads(body)
    assert set(response) == {"Response"}
    assert set(response["Response"]) == {"Error", "RequestId"}
    assert set(response["Response"]["Error"]) == {"Code", "Message"}
    assert uuid.UUID(response["Response"]["RequestId"]).version == 4


def test_the_official_client_sees_a_failed_stop(
    recorder: RunningService, official: Callable[..., Any]
) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        official(recorder).call_json("StopWebRecord", {"TaskId": "unknown"})
    assert caught.value.get_code() == "FailedOperation.TaskNotExist"


def test_every_answer_has_a_request_id_of_its_own(
    recorder: RunningService, raw: Raw, signed: Signed
) -> None:
    ids = {
        json.loads(raw(recorder, headers=signed(recorder, BODY), body=BODY)[2])["Response"][
            "RequestId"
        ]
        for _ in range(5)
    }
    assert len(ids) == 5
    assert ids == {call.request_id for call in recorder.calls()}


def test_the_date_follows_the_services_clock(
    recorder: RunningService, raw: Raw, signed: Signed
) -> None:
    for moved in (0, 86_400, -200_000):
        recorder.advance(moved)
        now = recorder.now()
        headers = raw(recorder, headers=signed(recorder, BODY), body=BODY)[1]
        (date,) = headers.get_all("Date")
        assert abs(parsedate_to_datetime(date).timestamp() - now) < 3


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_post_is_served(
    recorder: RunningService,
    raw: Raw,
    signed: Signed,
    error_code: Callable[[bytes], str],
    method: str,
) -> None:
    status, headers, body = raw(recorder, method, headers=signed(recorder, b""))
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert error_code(body) == "UnsupportedProtocol"


@pytest.mark.parametrize(
    "body", [b"", b"TaskId=a", b"[]", b'"a"', b"null", b"\xff", b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_refused(
    recorder: RunningService,
    raw: Raw,
    signed: Signed,
    error_code: Callable[[bytes], str],
    body: bytes,
) -> None:
    response = raw(recorder, headers=signed(recorder, body), body=body)[2]
    assert error_code(response) == "InvalidRequest"


def test_another_content_type_is_refused(
    recorder: RunningService, raw: Raw, signed: Signed, error_code: Callable[[bytes], str]
) -> None:
    headers = signed(recorder, BODY, content_type="application/x-www-form-urlencoded")
    assert error_code(raw(recorder, headers=headers, body=BODY)[2]) == "InvalidRequest"


def test_ten_megabytes_are_the_largest_request(
    recorder: RunningService, raw: Raw, signed: Signed, error_code: Callable[[bytes], str]
) -> None:
    padding = 10 * 1024 * 1024 - len(BODY)
    largest = BODY + b" " * padding
    response = raw(recorder, headers=signed(recorder, largest), body=largest)[2]
    assert error_code(response) == "FailedOperation.TaskNotExist"
    for too_large in (largest + b" ", largest * 2):
        response = raw(recorder, headers=signed(recorder, too_large), body=too_large)[2]
        assert error_code(response) == "RequestSizeLimitExceeded"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"action": "DescribeInstances"}, "InvalidAction"),
        ({"X-TC-Version": "2017-03-12"}, "NoSuchVersion"),
        ({"X-TC-Region": "eu-frankfurt"}, "UnsupportedRegion"),
    ],
)
def test_foreign_actions_versions_and_regions_have_their_codes(
    recorder: RunningService,
    raw: Raw,
    signed: Signed,
    error_code: Callable[[bytes], str],
    changes: dict[str, str],
    code: str,
) -> None:
    headers = signed(recorder, BODY, **changes)
    assert error_code(raw(recorder, headers=headers, body=BODY)[2]) == code


def test_the_official_client_meets_those_codes_too(
    recorder: RunningService, official: Callable[..., Any]
) -> None:
    for client, action, code in (
        (official(recorder, region="ap-guangzhou"), "StopWebRecord", "UnsupportedRegion"),
        (official(recorder, version="2017-03-12"), "StopWebRecord", "NoSuchVersion"),
        (official(recorder), "DescribeInstances", "InvalidAction"),
    ):
        with pytest.raises(TencentCloudSDKException) as caught:
            client.call_json(action, {"TaskId": "a"})
        assert caught.value.get_code() == code


def test_one_connection_serves_many_requests(recorder: RunningService, signed: Signed) -> None:
    connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=5)
    connection.connect()
    own_end = connection.sock.getsockname()
    for _ in range(3):
        connection.request("POST", "/", BODY, signed(recorder, BODY))
        assert connection.getresponse().read()
        assert connection.sock.getsockname() == own_end
    connection.close()


def test_it_tells_its_health_and_knows_no_other_path(recorder: RunningService, raw: Raw) -> None:
    assert raw(recorder, "GET", "/healthz")[::2] == (200, b'{"status":"ok"}')
    assert raw(recorder, "POST", "/elsewhere")[0] == 404
