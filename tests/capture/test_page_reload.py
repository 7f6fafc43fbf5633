"""A page that fails after its recording has begun: it is reloaded, or ends with a reason."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from capture.media_probe import probe
from capture.processes import busiest_renderer, first
from capture.recording_service import SMALL, RecordingService, recording_service
from fidelity.flash_and_beep import page
from fidelity.frames import last_frames_are_the_pages
from fidelity.lipsync import beeps
from fidelity.page_failures import BUSY, down_for
from page_server import flat, served
from trtc_recorder.browser.browser import HEARTBEAT
from trtc_recorder.browser.options import CaptureOptions
from waiting import until


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingService]:
    """Gives a page 3 s to open, and one that fails 4 s to come back."""
    options, data = CaptureOptions(opening_timeout=3, page_error_limit=4), "impatient"
    with recording_service(tmp_path_factory.mktemp(data), options=options, video=SMALL) as service:
        yield service


def test_a_page_that_keeps_failing_ends_the_task_after_the_limit_with_the_reason(
    service: RecordingService,
) -> None:
    with served({"/": down_for(60)}) as site:
        task_id = service.start(site.address)
        reason = service.await_end(task_id)
    assert reason.startswith("HTTP status 503; still so after 4 s and ")
    assert service.callbacks.messages(task_id, 803)[:2] == ["HTTP status 503"] * 2
    until(lambda: (802, 1) in service.callbacks.types(task_id))
    assert [kind for kind in service.callbacks.types(task_id) if kind != (803, 1)][:4] == [
        (801, 1),
        (801, 3),
        (801, 5),
        (802, 1),
    ]
    assert service.files(task_id)


def test_a_page_that_crashes_gets_a_new_tab(service: RecordingService) -> None:
    with served({"/": flat(BUSY)}) as site:
        task_id = service.start(site.address)
        service.await_start(task_id)
        time.sleep(2)
        os.kill(busiest_renderer(os.getpid()), signal.SIGKILL)
        until(lambda: (803, 1) in service.callbacks.types(task_id))
        time.sleep(3)
        (file,) = service.finish(task_id).files
    assert service.callbacks.messages(task_id, 803) == ["the page crashed"]
    assert last_frames_are_the_pages(file)


def test_a_page_whose_sound_dies_is_reloaded_and_heard_again(service: RecordingService) -> None:
    with served(page("wall clock", 60)) as site:
        task_id = service.start(site.address)
        service.await_start(task_id)
        time.sleep(2 * HEARTBEAT)
        os.kill(first(os.getpid(), "audio process"), signal.SIGKILL)
        until(lambda: (803, 1) in service.callbacks.types(task_id))
        time.sleep(4)
        (file,) = service.finish(task_id).files
    assert service.callbacks.messages(task_id, 803) == ["the browser's audio process died"]
    assert beeps(file)[-1] > probe(file).seconds - 2
