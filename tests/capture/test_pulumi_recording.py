"""The real engine, the real provider, a real recording."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from capture.media_probe import probe
from capture.recording_service import RecordingService, recording_service
from capture.rtmp import free_port
from page_server import Site
from pulumi_stack import Stack


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingService]:
    """A service that no other module's recordings run on."""
    with recording_service(tmp_path_factory.mktemp("pulumi")) as service:
        yield service


@pytest.fixture
def stack(tmp_path: Path, service: RecordingService) -> Stack:
    return Stack(tmp_path, service.recorder.endpoint)


def test_up_records_a_replacement_starts_before_it_stops_and_destroy_finishes_the_video(
    stack: Stack, service: RecordingService, pages: Site
) -> None:
    program = "recording('lesson', record_url='{}/clock', startup_watch=5, max_duration_limit={})"
    stack.program(program.format(pages.address, 1800))
    stack.up()
    (old,) = stack.task_ids().values()
    service.await_start(old)
    stack.program(program.format(pages.address, 3600))
    stack.up()
    (new,) = stack.task_ids().values()
    assert service.await_end(old) == "stopped"
    assert probe(service.files(old)[0]).seconds > 0
    assert [task.task_id for task in service.recorder.live_tasks()] == [new]
    begun, ended = service.task(new).started_at, service.task(old).ended_at
    assert ended is not None
    assert begun < ended
    file_prefix = stack.outputs("lesson")["file_prefix"]
    service.await_start(new)
    time.sleep(3)
    stack.destroy()
    assert service.await_end(new) == "stopped"
    (file,) = service.files(new)
    assert file.parent == service.storage.data / "cos" / file_prefix
    seen = probe(file)
    assert seen.seconds > 3
    assert (seen.width, seen.height, seen.sound) == (1280, 720, True)


def test_up_fails_with_the_reason_where_the_page_cannot_be_opened(
    stack: Stack, service: RecordingService
) -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    stack.program(f"recording('lesson', record_url='{url}', startup_watch=20)")
    output = stack.up(expect=1).text
    assert "ended by itself within its startup_watch" in output
    assert "net::ERR_CONNECTION_REFUSED" in output
    assert stack.task_ids() == {}
    assert service.recorder.live_tasks() == []
