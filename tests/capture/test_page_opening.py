"""How the recording of a page begins: pages that open, are ready, are neither, or intrude."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from capture.media_probe import all_of_one_colour
from capture.recording_service import SMALL, RecordingService, recording_service
from capture.rtmp import free_port
from page_server import Answer, Paths, Site, flat, served
from trtc_recorder.browser.options import CaptureOptions
from waiting import until

TOKEN = "token=CANARY"
REASONS = {
    "http://127.0.0.1:{closed}/": "net::ERR_CONNECTION_REFUSED",
    "http://nowhere.invalid/": "net::ERR_NAME_NOT_RESOLVED",
    "https://127.0.0.1:{open}/": "net::ERR_SSL_PROTOCOL_ERROR",
    "http://127.0.0.1:{open}/404": "HTTP status 404",
    "http://127.0.0.1:{open}/500": "HTTP status 500",
    "http://127.0.0.1:{open}/hangs": "no answer within 12 s",
}


@pytest.fixture(scope="module")
def failing(service: RecordingService, pages: Site) -> dict[str, str]:
    """A TaskId for each URL that cannot be opened, half of them at a time."""
    ports = {"closed": free_port(), "open": pages.port}
    task_ids: dict[str, str] = {}
    for half in (list(REASONS)[::2], list(REASONS)[1::2]):
        task_ids |= {url: service.start(f"{url.format(**ports)}?{TOKEN}") for url in half}
        for url in half:
            service.await_end(task_ids[url])
    return task_ids


@pytest.mark.parametrize("url", REASONS)
def test_a_page_that_cannot_be_opened_ends_the_task_with_the_reason(
    service: RecordingService, failing: dict[str, str], url: str
) -> None:
    task_id, reason = failing[url], REASONS[url]
    why = service.task(task_id).end_reason
    assert why == f"Goto url timeout: {reason}"
    until(lambda: (802, 1) in service.callbacks.types(task_id))
    assert service.callbacks.messages(task_id, 801) == [why]
    assert service.files(task_id) == []
    assert reason in service.call("DescribeWebRecord", TaskId=task_id)["Error"]["Message"]
    assert "CANARY" not in service.log(task_id) + why


@pytest.mark.parametrize(
    ("path", "ready_timeout", "begins_with"),
    [
        pytest.param("/hanging-picture", None, [(801, 1)], marks=pytest.mark.slow),
        pytest.param("/ready", 10, [(801, 1)], marks=pytest.mark.slow),
        pytest.param("/ready-when-reloaded", 5, [(803, 1), (801, 1)], marks=pytest.mark.slow),
        ("/ready-when-reloaded#/class/7", 5, [(803, 1), (801, 1)]),
    ],
    ids=["a picture hangs", "ready", "ready once reloaded", "with a route and in a new profile"],
)
def test_a_page_is_recorded_once_it_is_ready_and_reloaded_once_if_it_is_not_in_time(
    service: RecordingService,
    pages: Site,
    path: str,
    ready_timeout: int | None,
    begins_with: list[tuple[int, int]],
) -> None:
    made = service.record(f"{pages.address}{path}", 0, ReadyTimeout=ready_timeout)
    types = service.callbacks.types(made.task_id)
    assert types[: len(begins_with)] == begins_with
    assert types.count((803, 1)) == begins_with.count((803, 1))


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
    service.finish(task_id)


def test_nothing_that_a_page_opens_covers_it(service: RecordingService, pages: Site) -> None:
    (file,) = service.record(f"{pages.address}/covered", 2).files
    assert all_of_one_colour(file)


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


NOTIFIES = "notifyReady();"
READY: dict[str, Paths] = {
    "from a frame": {"/": flat(body="<iframe src=/frame></iframe>"), "/frame": flat(NOTIFIES)},
    "from a frame of another site": {
        "/": flat(body="<iframe src='http://localhost:PORT/frame'></iframe>"),
        "/frame": flat(NOTIFIES),
    },
    "from a frame that is removed at once": {
        "/": flat("""
            const frame = document.createElement('iframe');
            frame.src = '/frame';
            document.body.append(frame);
            addEventListener('message', () => frame.remove());"""),
        "/frame": flat(f"{NOTIFIES} parent.postMessage('done', '*');"),
    },
    "and moves on at once": {"/": flat(f"{NOTIFIES} location = '/class';"), "/class": flat()},
    "with a status of 404": {"/": Answer(flat(NOTIFIES).body, status=404)},
    "after a slow first byte": {"/": Answer(flat(NOTIFIES).body, delay=3)},
}


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingService]:
    """A service that waits 1 s for a page that does not say when it is ready."""
    options, data = CaptureOptions(opening_timeout=1), tmp_path_factory.mktemp("impatient")
    with recording_service(data, options=options, video=SMALL) as service:
        yield service


QUICK_WAYS = ("and moves on at once", "from a frame of another site")


@pytest.mark.parametrize(
    "way",
    [pytest.param(way, marks=[pytest.mark.slow] * (way not in QUICK_WAYS)) for way in READY],
)
def test_a_page_says_that_it_is_ready(impatient: RecordingService, way: str) -> None:
    with served(READY[way]) as site:
        made = impatient.record(site.address, 0, ReadyTimeout=10)
    assert impatient.callbacks.messages(made.task_id, 803) == []
