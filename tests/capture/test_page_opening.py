"""How the recording of a page begins: pages that open, are ready, are neither, or intrude."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from capture.processes import below
from capture.recording_service import RecordingService, recording_service
from capture.rtmp import free_port
from page_server import Site, flat, served
from trtc_recorder.browser.options import CaptureOptions
from waiting import until


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingService]:
    """Gives a page 3 s to open."""
    options = CaptureOptions(opening_timeout=3)
    with recording_service(tmp_path_factory.mktemp("impatient"), options=options) as service:
        yield service


TOKEN = "token=CANARY"
QUICK = {
    "http://127.0.0.1:{closed}/": "net::ERR_CONNECTION_REFUSED",
    "http://127.0.0.1:{open}/404": "HTTP status 404",
}
SLOW = {
    "http://nowhere.invalid/": "net::ERR_NAME_NOT_RESOLVED",
    "https://127.0.0.1:{open}/": "net::ERR_SSL_PROTOCOL_ERROR",
    "http://127.0.0.1:{open}/500": "HTTP status 500",
    "http://127.0.0.1:{open}/hangs": "no answer within 3 s",
}


@pytest.mark.parametrize(
    "reasons", [pytest.param(QUICK, id="quick"), pytest.param(SLOW, marks=pytest.mark.slow)]
)
def test_a_page_that_cannot_be_opened_ends_the_task_with_the_reason(
    impatient: RecordingService, pages: Site, reasons: dict[str, str]
) -> None:
    service = impatient
    ports = {"closed": free_port(), "open": pages.port}
    task_ids = [service.start(f"{url.format(**ports)}?{TOKEN}") for url in reasons]
    for task_id, reason in zip(task_ids, reasons.values(), strict=True):
        why = f"Goto url timeout: {reason}"
        assert service.await_end(task_id) == why
        until(lambda: (802, 1) in service.callbacks.types(task_id))  # noqa: B023
        assert service.callbacks.messages(task_id, 801) == [why]
        assert service.files(task_id) == []
        assert reason in service.call("DescribeWebRecord", TaskId=task_id)["Error"]["Message"]
        assert "CANARY" not in service.log(task_id) + why


@pytest.mark.parametrize("request_", [{}, {"ReadyTimeout": 20}], ids=["", "ReadyTimeout"])
def test_a_server_that_is_reached_a_moment_later_is_waited_for(
    service: RecordingService, request_: dict[str, int]
) -> None:
    port = free_port()
    task_id = service.start(f"http://127.0.0.1:{port}/", **request_)
    until(lambda: "renderer" in below(os.getpid()).values())
    time.sleep(2)
    with served({"/": flat("notifyReady();")}, port=port):
        service.finish(task_id)
    assert (803, 1) not in service.callbacks.types(task_id)


@pytest.mark.slow
def test_a_page_that_is_not_ready_in_time_is_reloaded_once_with_its_route(
    service: RecordingService, pages: Site
) -> None:
    url = f"HTTP://LOCALHOST:{pages.port}/会/../ready-when-reloaded#/class/7"
    made = service.record(url, 0, ReadyTimeout=5)
    types = service.callbacks.types(made.task_id)
    assert types[:2] == [(803, 1), (801, 1)]
    assert types.count((803, 1)) == 1


def test_a_page_that_is_not_ready_the_second_time_either_ends_the_task(
    service: RecordingService, pages: Site
) -> None:
    pages.asked.clear()
    task_id = service.start(f"{pages.address}/never-ready", ReadyTimeout=1)
    assert service.await_end(task_id) == "Page load timeout"
    until(lambda: (802, 1) in service.callbacks.types(task_id))
    assert service.callbacks.types(task_id) == [(803, 1), (801, 2), (802, 1)]
    assert [each.path for each in pages.asked].count("/never-ready") == 2


def test_a_page_reaches_neither_files_nor_the_service(
    service: RecordingService, pages: Site
) -> None:
    pages.reports.clear()
    live = {task.task_id for task in service.recorder.live_tasks()}
    task_id = service.start(f"{pages.address}/intruder?service={service.recorder.endpoint}")
    until(lambda: len(pages.reports) == 5)
    assert [value for _, value in pages.reports] == ["rejected"] * 4 + ["http:"]
    assert {task.task_id for task in service.recorder.live_tasks()} - live == {task_id}
    until(lambda: service.callbacks.messages(task_id, 803) == ["HTTP status 403"])
    service.finish(task_id)


@pytest.mark.slow
def test_a_page_that_says_it_is_ready_without_end_is_stopped_all_the_same(
    service: RecordingService, pages: Site
) -> None:
    service.record(f"{pages.address}/flood", 3, ReadyTimeout=5)


def test_more_recordings_than_the_limit_are_rejected(
    tmp_path_factory: pytest.TempPathFactory, pages: Site
) -> None:
    with recording_service(tmp_path_factory.mktemp("full"), limit=1) as full:
        hangs = f"{pages.address}/hangs"
        task_id = full.start(hangs)
        response = full.call(
            "StartWebRecord",
            RecordUrl=hangs,
            SdkAppId=1600011111,
            StorageParams={"CloudVod": {"TencentVod": {}}},
        )
        assert response["Error"]["Code"] == "ResourceInsufficient.RequestRejection"
        full.stop(task_id)
        full.await_end(task_id)
        until(lambda: not full.full())
        full.stop(full.start(hangs))


def test_a_frame_of_another_site_says_that_the_page_is_ready(service: RecordingService) -> None:
    frame = flat(body="<iframe src='http://localhost:PORT/frame'></iframe>")
    with served({"/": frame, "/frame": flat("notifyReady();")}) as site:
        made = service.record(site.address, 0, ReadyTimeout=10)
    assert service.callbacks.messages(made.task_id, 803) == []
