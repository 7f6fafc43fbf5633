"""Whom the page to look at is closed to: other pages, rebound names, other machines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from contract.http_client import error_code, raw
from trtc_recorder.testing import RunningService, local_settings, running_service
from viewer_fixtures import Start


def test_no_other_page_can_read_or_embed_an_answer(
    recorder: RunningService, every_path: list[str]
) -> None:
    for path in (*every_path, "/recordings/unknown", "/recordings/unknown/poster.jpg"):
        headers = raw(recorder, "GET", path)[1]
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "default-src " in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers


PICTURE = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
FRAME = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "none", **LINK}, 200),
        ({"Sec-Fetch-Site": "same-origin", **PICTURE}, 200),
        ({"Sec-Fetch-Site": "cross-site", **LINK}, 200),
        ({"Sec-Fetch-Site": "cross-site", **PICTURE}, 403),
        ({"Sec-Fetch-Site": "same-site", **PICTURE}, 403),
        ({"Sec-Fetch-Site": "cross-site", **FRAME}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "rebound.example.com"}, 403),
        ({"Host": "rebound.example.com", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "["}, 403),
    ],
)
def test_other_pages_requests_are_rejected_and_a_link_is_followed(
    recorder: RunningService, every_path: list[str], headers: dict[str, str], status: int
) -> None:
    for path in every_path:
        assert raw(recorder, "GET", path, headers=headers)[0] == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 204),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "own"}, 204),
        ({"Origin": "own"}, 204),
        ({"Origin": "https://example.com"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", **LINK}, 403),
        ({"Sec-Fetch-Site": "same-site", **LINK}, 403),
        ({"Sec-Fetch-Site": "none", **LINK}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "own"}, 403),
        ({"Host": "rebound.example.com"}, 403),
        ({"Host": "rebound.example.com", "Origin": "http://rebound.example.com"}, 403),
    ],
)
def test_only_a_program_or_the_page_itself_ends_a_recording(
    recorder: RunningService, seed: Start, headers: dict[str, str], status: int
) -> None:
    made = seed()
    if headers.get("Origin") == "own":
        headers = {**headers, "Origin": recorder.endpoint}
    assert made.get("/end")[0] == 405
    assert raw(recorder, "POST", f"{made.path}/end", headers=headers)[0] == status
    (task,) = recorder.tasks()
    assert task.live is (status == 403)
    if status == 204:
        assert task.end_reason == "ended by hand"
        assert raw(recorder, "POST", f"{made.path}/end")[0] == 204
        assert recorder.tasks() == [task]


@pytest.mark.parametrize(
    ("options", "hosts"),
    [
        ({"data": None}, {}),
        ({"host": "0.0.0.0"}, {}),
        ({"control": "off"}, {"127.0.0.1": 200, "localhost.:80": 200, "[::1]": 200, "box": 403}),
        (
            {"host": "0.0.0.0", "control": "on"},
            {
                "192.0.2.7:8790": 200,
                "[::1]": 200,
                "box": 200,
                "localhost.": 200,
                "rebound.example.com": 403,
            },
        ),
        (
            {"public_url": "https://Recorder.example.com:444"},
            {"recorder.example.com": 200, "127.0.0.1": 200, "rebound.example.com": 403, "": 403},
        ),
    ],
)
def test_it_is_served_to_this_machine_or_where_switched_on(
    tmp_path: Path, options: dict[str, Any], hosts: dict[str, int]
) -> None:
    with running_service(local_settings(**{"data": tmp_path, **options})) as recorder:
        recorder.endpoint = recorder.endpoint.replace("0.0.0.0", "127.0.0.1")
        for path in ("/recordings/", "/recordings.json", "/demo"):
            assert raw(recorder, "GET", path)[0] == (200 if hosts else 404)
            for host, status in hosts.items():
                assert raw(recorder, "GET", path, headers={"Host": host})[0] == status, host
        led = raw(recorder, "GET", "/", headers={"Accept": "text/html"})[0]
        assert led == (307 if hosts else 200)


def test_a_browser_at_the_apis_address_is_led_to_the_page_and_a_client_is_not(
    recorder: RunningService,
) -> None:
    accepted = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    status, headers, _ = raw(recorder, "GET", "/", headers=accepted)
    assert (status, headers["Location"]) == (307, "/recordings/")
    for method, accept in (("GET", "*/*"), ("GET", "application/json"), ("POST", "text/html")):
        response = raw(recorder, method, "/", headers={"Accept": accept})
        assert response[0] == 200
        assert error_code(response[2])


def test_the_demo_page_reaches_nothing_of_the_service(recorder: RunningService) -> None:
    status, headers, _ = raw(recorder, "GET", "/demo")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "sandbox allow-scripts"} <= set(policy)
