"""The envelope: status, headers, methods, sizes, and the codes for what is no such request."""

from __future__ import annotations

import http.client
import json
import uuid
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from contract.http_client import UNKNOWN_TASK, error_code, post, raw, signed
from contract.local_service import LocalService, local_service
from official_client import official_client, respond
from recorder_tasks import start_body
from trtc_recorder import NoCapture
from trtc_recorder.testing import local_settings, running_service


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ({}, "http://127.0.0.1:{port}"),
        ({"host": "::1"}, "http://[::1]:{port}"),
        ({"host": "0.0.0.0"}, "http://box:{port}"),
        ({"host": "::"}, "http://box:{port}"),
        ({"public_url": "https://recorder.example.com/trtc/"}, "https://recorder.example.com/trtc"),
    ],
)
def test_the_address_that_it_gives_out_is_one_that_others_can_use(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, str], address: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "box")
    with running_service(local_settings(**options)) as recorder:
        port = urlsplit(recorder.endpoint).port
        assert recorder.service.address == address.format(port=port)


def test_an_error_has_status_200_and_exactly_application_json(recorder: LocalService) -> None:
    status, headers, body = post(recorder, UNKNOWN_TASK)
    assert (status, headers.get_all("Content-Type")) == (200, ["application/json"])
    response = json.loads(body)
    assert set(response) == {"Response"}
    assert set(response["Response"]) == {"Error", "RequestId"}
    assert set(response["Response"]["Error"]) == {"Code", "Message"}
    assert uuid.UUID(response["Response"]["RequestId"]).version == 4


def test_every_answer_has_a_request_id_of_its_own(recorder: LocalService) -> None:
    responses = [json.loads(post(recorder, UNKNOWN_TASK)[2])["Response"] for _ in range(5)]
    ids = {response["RequestId"] for response in responses}
    assert len(ids) == 5
    assert ids == {call.request_id for call in recorder.calls()}


def test_the_date_follows_the_services_clock(recorder: LocalService) -> None:
    for moved in (0, 86_400, -200_000):
        recorder.switch(clock_offset=moved)
        now = recorder.now()
        headers = post(recorder, UNKNOWN_TASK)[1]
        (date,) = headers.get_all("Date", [])
        assert abs(parsedate_to_datetime(date).timestamp() - now) < 3


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_post_is_served(recorder: LocalService, method: str) -> None:
    status, headers, body = raw(recorder, method, headers=signed(recorder, b""))
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert error_code(body) == "UnsupportedProtocol"


@pytest.mark.parametrize(
    "body", [b"", b"TaskId=a", b"[]", b'"a"', b"null", b"\xff", b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_rejected(recorder: LocalService, body: bytes) -> None:
    assert error_code(post(recorder, body)[2]) == "InvalidRequest"


def test_another_content_type_is_rejected(recorder: LocalService) -> None:
    form = "application/x-www-form-urlencoded"
    assert error_code(post(recorder, UNKNOWN_TASK, content_type=form)[2]) == "InvalidRequest"


def test_ten_megabytes_are_the_largest_request(recorder: LocalService) -> None:
    padding = 10 * 1024 * 1024 - len(UNKNOWN_TASK)
    largest = UNKNOWN_TASK + b" " * padding
    assert error_code(post(recorder, largest)[2]) == "FailedOperation.TaskNotExist"
    for too_large in (largest + b" ", largest * 2):
        assert error_code(post(recorder, too_large)[2]) == "RequestSizeLimitExceeded"


def test_foreign_actions_versions_and_regions_have_their_codes(recorder: LocalService) -> None:
    for client, action, code in (
        (official_client(recorder, region="ap-guangzhou"), "StopWebRecord", "UnsupportedRegion"),
        (official_client(recorder, version="2017-03-12"), "StopWebRecord", "NoSuchVersion"),
        (official_client(recorder), "DescribeInstances", "InvalidAction"),
        (official_client(recorder), "StopWebRecord", "FailedOperation.TaskNotExist"),
    ):
        assert respond(client, action, TaskId="a") == code


def test_one_connection_serves_many_requests(recorder: LocalService) -> None:
    connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=5)
    connection.connect()
    own_end = connection.sock.getsockname()
    for _ in range(3):
        connection.request("POST", "/", UNKNOWN_TASK, signed(recorder, UNKNOWN_TASK))
        assert connection.getresponse().read()
        assert connection.sock.getsockname() == own_end
    connection.close()


def test_it_tells_its_health_and_knows_no_other_path(recorder: LocalService) -> None:
    assert raw(recorder, "GET", "/healthz")[::2] == (200, b'{"status":"ok"}')
    assert raw(recorder, "POST", "/elsewhere")[0] == 404


def warnings(recorder: LocalService, action: str, body: dict[str, Any]) -> list[str] | None:
    status, headers, _ = post(recorder, json.dumps(body).encode(), action=action)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    return headers.get_all("Warning")


def test_a_start_that_records_nothing_carries_a_warning_and_no_other_response_does() -> None:
    warning = 'Not recorded here…\nno "Xvfb" in C:\\bin.'
    with local_service(local_settings(), capture=NoCapture(warning)) as recorder:
        body = start_body(RecordId="lobby")
        assert warnings(recorder, "StartWebRecord", body) == [
            r'299 - "Not recorded here? no \"Xvfb\" in C:\\bin."'
        ]
        assert warnings(recorder, "StartWebRecord", body) is None  # TaskExist
        assert warnings(recorder, "DescribeWebRecord", {"TaskId": "unknown"}) is None


def test_a_service_that_records_sends_no_warning(recorder: LocalService) -> None:
    assert warnings(recorder, "StartWebRecord", start_body()) is None
