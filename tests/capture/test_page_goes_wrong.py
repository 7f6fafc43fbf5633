"""A page that goes wrong after its recording has begun: reloaded, or ended with a reason."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from capture.pages import Pages
from capture.processes import busiest_renderer
from capture.studio import LocalStudio, local_studio
from fidelity.frames import BLACK, WHITE, foreign_frames, last_frames_are_the_pages
from fidelity.page_failures import BUSY, down_for, once
from page_server import Answer, flat, served
from trtc_recorder.browser.options import CaptureOptions
from waiting import until


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    options = CaptureOptions(opening_timeout=3, page_error_limit=4)
    with local_studio(tmp_path_factory.mktemp("studio"), options=options) as studio:
        yield studio


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("location = '/broken'", "HTTP status 500"),
        ("location = 'http://127.0.0.1:9/?token=CANARY'", "net::ERR_"),
    ],
)
def test_a_page_that_moves_on_to_an_error_is_loaded_once_more_and_seen_again(
    studio: LocalStudio, script: str, reason: str
) -> None:
    with served({"/": once(script), "/broken": Answer("", status=500)}) as site:
        task_id = studio.start(f"{site.address}/#/route")
        studio.await_start(task_id)
        until(lambda: (803, 1) in studio.callbacks.types(task_id))
        time.sleep(2)
        studio.stop(task_id)
        assert studio.await_end(task_id) == "stopped"
    (file,) = studio.files(task_id)
    assert last_frames_are_the_pages(file)
    assert foreign_frames(file, BLACK, WHITE)[1] == 0
    (message,) = studio.callbacks.messages(task_id, 803)
    assert reason in message
    assert "CANARY" not in message


def test_a_page_that_stays_wrong_ends_the_task_after_the_limit_with_the_reason(
    studio: LocalStudio,
) -> None:
    with served({"/": down_for(60)}) as site:
        task_id = studio.start(site.address)
        reason = studio.await_end(task_id)
    assert reason.startswith("HTTP status 503; still so after 4 s and ")
    assert studio.callbacks.messages(task_id, 803)[:2] == ["HTTP status 503"] * 2
    until(lambda: (802, 1) in studio.callbacks.types(task_id))
    assert [kind for kind in studio.callbacks.types(task_id) if kind != (803, 1)][:4] == [
        (801, 1),
        (801, 3),
        (801, 5),
        (802, 1),
    ]
    assert studio.files(task_id)


def test_a_page_that_crashes_gets_a_new_tab(studio: LocalStudio, pages: Pages) -> None:
    with served({"/": flat(BUSY)}) as site:
        task_id = studio.start(site.address)
        studio.await_start(task_id)
        time.sleep(2)
        os.kill(busiest_renderer(os.getpid()), signal.SIGKILL)
        until(lambda: (803, 1) in studio.callbacks.types(task_id))
        time.sleep(3)
        studio.stop(task_id)
        assert studio.await_end(task_id) == "stopped"
        assert studio.callbacks.messages(task_id, 803) == ["the page crashed"]
        assert last_frames_are_the_pages(studio.files(task_id)[0])


def test_a_frame_of_another_site_that_crashes_changes_nothing(studio: LocalStudio) -> None:
    frame = "<iframe src='http://localhost:PORT/frame' style='display: none'></iframe>"
    busy = Answer("<script>for (;;);</script>")
    with served({"/": flat(body=frame), "/frame": busy}) as site:
        task_id = studio.start(site.address)
        studio.await_start(task_id)
        time.sleep(2)
        os.kill(busiest_renderer(os.getpid()), signal.SIGKILL)
        time.sleep(4)
        assert studio.task(task_id).live
        studio.stop(task_id)
        assert studio.await_end(task_id) == "stopped"
    assert studio.callbacks.messages(task_id, 803) == []
    assert foreign_frames(studio.files(task_id)[0])[1] == 0


def test_an_opening_takes_no_longer_than_the_setting(studio: LocalStudio) -> None:
    with served({"/": Answer(delay=30)}) as site:
        task_id = studio.start(site.address)
        assert studio.await_end(task_id) == "Goto url timeout: no answer within 3 s"
