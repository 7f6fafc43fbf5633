"""The real engine, the real provider, a real recording."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from capture.pages import Pages
from capture.studio import LocalStudio, local_studio
from capture.video import probe
from pulumi_stack import Stack


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[LocalStudio]:
    with local_studio(tmp_path / "data") as studio:
        yield studio


@pytest.fixture
def stack(tmp_path: Path, studio: LocalStudio) -> Stack:
    directory = tmp_path / "stack"
    directory.mkdir()
    return Stack(directory, studio.recorder.endpoint)


def test_up_records_the_page_and_destroy_finishes_the_video(
    stack: Stack, studio: LocalStudio, pages: Pages
) -> None:
    stack.program(f"recording('lesson', record_url='{pages.address}/clock', startup_watch=5)")
    stack.up()
    (task_id,) = stack.task_ids().values()
    file_prefix = stack.outputs("lesson")["file_prefix"]
    time.sleep(3)
    stack.destroy()
    assert studio.await_end(task_id) == "stopped"
    (file,) = studio.files(task_id)
    assert file.parent == studio.storage.data / "cos" / file_prefix
    seen = probe(file)
    assert seen.seconds > 3
    assert (seen.width, seen.height, seen.sound) == (1280, 720, True)


def test_up_fails_with_the_reason_where_the_page_cannot_be_opened(
    stack: Stack, studio: LocalStudio
) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}/"
        stack.program(f"recording('lesson', record_url='{url}', startup_watch=20)")
        told = stack.up(expect=1).text
    assert "ended by itself within its startup_watch" in told
    assert "net::ERR_CONNECTION_REFUSED" in told
    assert stack.task_ids() == {}
    assert studio.recorder.live_tasks() == []


def test_a_replacement_starts_the_new_video_before_it_stops_the_old(
    stack: Stack, studio: LocalStudio, pages: Pages
) -> None:
    program = "recording('lesson', record_url='{}/clock', max_duration_limit={})"
    stack.program(program.format(pages.address, 1800))
    stack.up()
    (old,) = stack.task_ids().values()
    studio.await_start(old)
    stack.program(program.format(pages.address, 3600))
    stack.up()
    (new,) = stack.task_ids().values()
    studio.await_start(new)
    assert studio.await_end(old) == "stopped"
    assert probe(studio.files(old)[0]).seconds > 0
    assert [task.task_id for task in studio.recorder.live_tasks()] == [new]
    begun, ended = studio.task(new).started_at, studio.task(old).ended_at
    assert ended is not None
    assert begun < ended
    stack.destroy()
