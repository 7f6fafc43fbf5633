"""SIGKILL of each process of a recording: what is left plays, nothing else is left."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from capture.pages import Pages
from capture.processes import below, first, gone
from capture.studio import (
    Callbacks,
    Studio,
    local_studio,
    process_of,
    received_callbacks,
    start_body,
    studio_command,
)
from capture.video import probe
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trtc.v20190722.trtc_client import TrtcClient
from trtc_recorder.testing import SECRET_ID, SECRET_KEY
from waiting import until

RECORDED = 5.0
"""Seconds from the first frame to the blow."""

LOST = 2.0
"""Seconds that may be lost at most."""


@pytest.fixture
def callbacks() -> Iterator[Callbacks]:
    with received_callbacks() as callbacks:
        yield callbacks


def start(studio: Studio, url: str, **changes: object) -> str:
    """Start a recording over the wire."""
    profile = ClientProfile(
        httpProfile=HttpProfile(
            protocol="http", endpoint=studio.recorder.endpoint.partition("://")[2]
        )
    )
    client = TrtcClient(Credential(SECRET_ID, SECRET_KEY), "ap-singapore", profile)
    response = client.call_json("StartWebRecord", start_body(url, **changes))
    task_id: str = response["Response"]["TaskId"]
    studio.await_start(task_id)
    return task_id


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files whose path is short."""
    with TemporaryDirectory(prefix="t-") as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("victim", "reason"),
    [
        ("encoder", "the encoder was ended by SIGKILL"),
        ("chromium", "the browser died"),
        ("driver", "the browser died"),
        ("Xvfb", "died"),
        ("pulseaudio", "the sound server died"),
        ("recorder", "the recorder process died"),
    ],
)
def test_the_recording_plays_and_the_task_ends_whichever_process_is_killed(
    tmp_path: Path,
    callbacks: Callbacks,
    pages: Pages,
    temporary: Path,
    victim: str,
    reason: str,
) -> None:
    with studio_command(tmp_path / "data", callbacks, TMPDIR=str(temporary)) as studio:
        task_id = start(studio, f"{pages.address}/clock")
        service = process_of(studio.recorder)
        processes = below(service)
        assert {"recorder", "encoder", "chromium", "Xvfb", "pulseaudio"} <= set(processes.values())
        assert not has_a_socket_as_a_file(first(service, "encoder"))
        time.sleep(RECORDED)
        os.kill(first(service, victim), signal.SIGKILL)
        assert reason in studio.await_end(task_id)
        (file,) = studio.files(task_id)
        assert probe(file).seconds >= RECORDED - LOST
        until(lambda: gone(processes))
        until(lambda: (310, 0) in callbacks.types(task_id))
        assert (801, 3) in callbacks.types(task_id)
        assert reason in callbacks.messages(task_id, 801)[1]
        until(lambda: leftovers(studio) == [])
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("form", ["mp4", "hls"])
def test_a_killed_service_leaves_recordings_that_play_and_the_next_one_settles_them(
    tmp_path: Path, callbacks: Callbacks, pages: Pages, form: str
) -> None:
    video = {"Width": 640, "Height": 360, "Format": form}
    with studio_command(tmp_path / "data", callbacks) as studio:
        task_id = start(studio, f"{pages.address}/clock", WebRecordVideoParams=video)
        processes = below(process_of(studio.recorder))
        time.sleep(RECORDED)
        os.kill(process_of(studio.recorder), signal.SIGKILL)
        until(lambda: gone(processes))
    with studio_command(tmp_path / "data", callbacks) as studio:
        assert "the service was killed or stopped" in studio.await_end(task_id)
        (file,) = studio.files(task_id)
        assert probe(file).seconds >= RECORDED - LOST
        until(lambda: (802, 1) in callbacks.types(task_id))


def test_everything_killed_at_once_leaves_a_recording_that_plays(
    tmp_path: Path, callbacks: Callbacks, pages: Pages, temporary: Path
) -> None:
    with studio_command(tmp_path / "data", callbacks, TMPDIR=str(temporary)) as studio:
        task_id = start(studio, f"{pages.address}/clock")
        processes = {process_of(studio.recorder): "", **below(process_of(studio.recorder))}
        time.sleep(RECORDED)
        for pid in processes:
            with suppress(ProcessLookupError):  # it went with its parent
                os.kill(pid, signal.SIGKILL)
        until(lambda: gone(list(processes)[1:]))
    with studio_command(tmp_path / "data", callbacks, TMPDIR=str(temporary)) as studio:
        studio.await_end(task_id)
        (file,) = studio.files(task_id)
        assert probe(file).seconds >= RECORDED - LOST
        until(lambda: leftovers(studio) == [])
    assert list(temporary.iterdir()) == []


def test_what_had_ended_but_was_not_finished_is_finished_by_the_next_service(
    tmp_path: Path, callbacks: Callbacks, pages: Pages
) -> None:
    with studio_command(tmp_path / "data", callbacks) as studio:
        task_id = start(studio, f"{pages.address}/clock")
        processes = {process_of(studio.recorder): "", **below(process_of(studio.recorder))}
        time.sleep(2)
        os.kill(first(process_of(studio.recorder), "recorder"), signal.SIGSTOP)
        studio.recorder.end(task_id)
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: gone(list(processes)[1:]))
    with studio_command(tmp_path / "data", callbacks) as studio:
        assert studio.await_end(task_id) == "ended by itself"
        (file,) = studio.files(task_id)
        assert probe(file).seconds > 1
        until(lambda: (310, 0) in callbacks.types(task_id))


@pytest.mark.parametrize("name", ["long" * 20, "a b"])
def test_an_uneventful_recording_logs_nothing_whatever_the_folder_for_temporary_files_is_called(
    tmp_path: Path, callbacks: Callbacks, pages: Pages, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with studio_command(tmp_path / "data", callbacks, TMPDIR=str(folder)) as studio:
        task_id = start(studio, f"{pages.address}/clock")
        time.sleep(2)
        studio.recorder.end(task_id)
        studio.await_end(task_id)
        log = studio.storage.working(studio.task(task_id)) / "recorder.log"
        assert log.read_text() == ""
    assert list(folder.iterdir()) == []


def has_a_socket_as_a_file(encoder: int) -> bool:
    """Whether the X server that an encoder records has one, which would stay after a kill."""
    words = Path(f"/proc/{encoder}/cmdline").read_text().split("\0")
    (display,) = (word for word in words if re.fullmatch(r":\d+", word))
    sockets = Path("/proc/net/unix").read_text()
    assert f" @/tmp/.X11-unix/X{display[1:]}\n" in sockets
    return f" /tmp/.X11-unix/X{display[1:]}\n" in sockets


def leftovers(studio: Studio) -> list[Path]:
    """What is kept beside poster, log, report and lock, and the folders that it leads to."""
    kept = {"poster.jpg", "recorder.log", "report.json", "lock"}
    found = [path for path in studio.storage.data.glob("tasks/*/*") if path.name not in kept]
    return [*found, *(path.resolve() for path in found)]


def test_a_service_that_is_told_to_end_finishes_its_recordings(
    tmp_path: Path, callbacks: Callbacks, pages: Pages
) -> None:
    with studio_command(tmp_path / "data", callbacks) as studio:
        task_id = start(studio, f"{pages.address}/clock")
        processes = below(process_of(studio.recorder))
        folder = studio.folder(task_id)
        time.sleep(3)
        os.kill(process_of(studio.recorder), signal.SIGTERM)
        until(lambda: gone(processes))
        until(lambda: (310, 0) in callbacks.types(task_id))
    assert probe(folder / "recording_0.mp4").seconds > 2


def test_a_folder_that_vanishes_ends_the_task(tmp_path: Path, pages: Pages) -> None:
    with local_studio(tmp_path / "data") as studio:
        task_id = studio.start(f"{pages.address}/clock")
        studio.await_start(task_id)
        folder = studio.folder(task_id)
        folder.rename(folder.with_name("elsewhere"))
        assert studio.await_end(task_id) == "the folder of the recording has vanished"
        assert studio.files(task_id) == []
        until(lambda: gone(below(os.getpid())))


def test_a_stop_while_the_page_is_being_opened_leaves_nothing(tmp_path: Path, pages: Pages) -> None:
    with local_studio(tmp_path / "data") as studio:
        task_ids = [studio.start(f"{pages.address}/hangs") for _ in range(3)]
        for number, task_id in enumerate(task_ids):
            time.sleep(0.4 * number)
            studio.stop(task_id)
            assert studio.await_end(task_id) == "stopped"
            assert studio.files(task_id) == []
        until(lambda: leftovers(studio) == [] and gone(below(os.getpid())))


def test_a_full_disk_ends_the_task_and_what_was_recorded_plays(
    tmp_path: Path, pages: Pages, small_disk: Callable[[int], Path]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "cos").symlink_to(small_disk(48 * 1024))
    with local_studio(data) as studio:
        task_id = studio.start(f"{pages.address}/clock")
        assert studio.await_end(task_id) == "disk full"
        (file,) = studio.files(task_id)
        assert probe(file).seconds > 1
