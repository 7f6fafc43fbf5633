"""Pages that cannot be recorded, are not ready in time, or try what is none of their business."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from capture.pages import Pages
from capture.studio import LocalStudio, local_studio
from capture.video import all_of_one_colour
from waiting import until

TOKEN = "token=CANARY"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with local_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("http://127.0.0.1:{closed}/", "net::ERR_CONNECTION_REFUSED"),
        ("http://nowhere.invalid/", "net::ERR_NAME_NOT_RESOLVED"),
        ("https://127.0.0.1:{open}/", "net::ERR_SSL_PROTOCOL_ERROR"),
        ("{pages}/404", "HTTP status 404"),
        ("{pages}/500", "HTTP status 500"),
        ("{pages}/hangs", "no answer within 12 s"),
    ],
    ids=["refused", "unknown host", "TLS", "404", "500", "hangs"],
)
def test_a_page_that_cannot_be_opened_ends_the_task_and_says_why(
    studio: LocalStudio, pages: Pages, page: str, reason: str
) -> None:
    place = {
        "closed": closed_port(),
        "open": pages.address.rpartition(":")[2],
        "pages": pages.address,
    }
    task_id = studio.start(f"{page.format(**place)}?{TOKEN}")
    why = studio.await_end(task_id)
    assert why == f"Goto url timeout: {reason}"
    until(lambda: (802, 1) in studio.callbacks.types(task_id))
    assert studio.callbacks.messages(task_id, 801) == [why]
    assert studio.files(task_id) == []
    response = studio.call("DescribeWebRecord", TaskId=task_id)
    assert reason in response["Error"]["Message"]
    log = studio.storage.working(studio.task(task_id)) / "recorder.log"
    assert "CANARY" not in log.read_text() + why


def test_a_picture_that_never_comes_does_not_keep_a_page_from_being_recorded(
    studio: LocalStudio, pages: Pages
) -> None:
    task_id = studio.start(f"{pages.address}/hanging-picture")
    studio.await_start(task_id)
    studio.stop(task_id)
    assert studio.await_end(task_id) == "stopped"


def test_a_page_that_tells_that_it_is_ready_is_recorded_from_then_on(
    studio: LocalStudio, pages: Pages
) -> None:
    task_id = studio.start(f"{pages.address}/ready", ReadyTimeout=10)
    studio.await_start(task_id)
    studio.stop(task_id)
    studio.await_end(task_id)
    assert (803, 1) not in studio.callbacks.types(task_id)


@pytest.mark.parametrize("route", ["", "#/class/7"])
def test_a_page_that_is_not_ready_in_time_is_loaded_once_more(
    studio: LocalStudio, pages: Pages, route: str
) -> None:
    task_id = studio.start(f"{pages.address}/ready-when-reloaded{route}", ReadyTimeout=3)
    studio.await_start(task_id)
    studio.stop(task_id)
    studio.await_end(task_id)
    assert studio.callbacks.types(task_id)[:2] == [(803, 1), (801, 1)]


def test_a_page_that_is_not_ready_the_second_time_either_ends_the_task(
    studio: LocalStudio, pages: Pages
) -> None:
    pages.asked.clear()
    task_id = studio.start(f"{pages.address}/never-ready", ReadyTimeout=1)
    assert studio.await_end(task_id) == "Page load timeout"
    until(lambda: (802, 1) in studio.callbacks.types(task_id))
    assert studio.callbacks.types(task_id) == [(803, 1), (801, 2), (802, 1)]
    assert pages.asked.count("/never-ready") == 2


def test_a_page_reaches_neither_files_nor_the_service(studio: LocalStudio, pages: Pages) -> None:
    pages.asked.clear()
    task_id = studio.start(f"{pages.address}/intruder?service={studio.recorder.endpoint}")
    until(lambda: len(pages.reports()) == 5)
    assert pages.reports() == [["refused"]] * 4 + [["http:"]]
    assert [task.task_id for task in studio.recorder.live_tasks()] == [task_id]
    studio.stop(task_id)
    assert studio.await_end(task_id) == "stopped"


def test_nothing_that_a_page_opens_covers_it(studio: LocalStudio, pages: Pages) -> None:
    task_id = studio.start(f"{pages.address}/covered")
    studio.await_start(task_id)
    time.sleep(2)
    studio.stop(task_id)
    assert studio.await_end(task_id) == "stopped"
    assert all_of_one_colour(studio.files(task_id)[0])


def test_a_page_that_calls_for_attention_without_end_is_stopped_all_the_same(
    studio: LocalStudio, pages: Pages
) -> None:
    task_id = studio.start(f"{pages.address}/flood", ReadyTimeout=5)
    studio.await_start(task_id)
    time.sleep(3)
    studio.stop(task_id)
    assert studio.await_end(task_id) == "stopped"


def test_a_page_with_a_profile_of_its_own_knows_nothing_of_another(
    studio: LocalStudio, pages: Pages
) -> None:
    for _ in range(2):
        task_id = studio.start(f"{pages.address}/ready-when-reloaded", ReadyTimeout=3)
        studio.await_start(task_id)
        studio.stop(task_id)
        studio.await_end(task_id)
        assert (803, 1) in studio.callbacks.types(task_id)


def test_more_recordings_than_may_be_at_once_are_refused(
    tmp_path_factory: pytest.TempPathFactory, pages: Pages
) -> None:
    with local_studio(tmp_path_factory.mktemp("full"), limit=1) as full:
        task_id = full.start(f"{pages.address}/hangs")
        response = full.call(
            "StartWebRecord",
            RecordUrl=f"{pages.address}/clock",
            SdkAppId=1600011111,
            StorageParams={"CloudVod": {"TencentVod": {}}},
        )
        assert response["Error"]["Code"] == "ResourceInsufficient.RequestRejection"
        full.stop(task_id)
        full.await_end(task_id)
        until(lambda: not full.capture.full())
        full.stop(full.start(f"{pages.address}/hangs"))
