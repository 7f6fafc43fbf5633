"""SIGKILL of each process of a recording: what is left plays, nothing else is left."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from capture.media_probe import probe
from capture.processes import below, first, gone
from capture.recording_service import (
    SMALL,
    CallbackReceiver,
    RecordingService,
    recording_command,
    recording_service,
)
from page_server import Site
from waiting import until

RECORDED = 5.0
"""Seconds from the first frame to the SIGKILL."""

LOST = 2.0
"""Seconds that may be lost at most."""

REASONS = {
    "encoder": "the encoder was ended by SIGKILL",
    "chromium": "the browser died",
    "driver": "the browser died",
    "Xvfb": "died",
    "pulseaudio": "the sound server died",
    "recorder": "the recorder process died",
}


def start(service: RecordingService, pages: Site, **changes: object) -> str:
    task_id = service.start(f"{pages.address}/clock", **changes)
    service.await_start(task_id)
    return task_id


def kill(processes: Iterable[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):  # it ended with its parent
            os.kill(pid, signal.SIGKILL)


def leftovers(service: RecordingService) -> list[Path]:
    """What is kept beside poster, log, report and lock, and the folders that it leads to."""
    kept = {"poster.jpg", "recorder.log", "report.json", "lock"}
    found = [path for path in service.storage.data.glob("tasks/*/*") if path.name not in kept]
    return [*found, *(path.resolve() for path in found)]


def has_a_socket_as_a_file(encoder: int) -> bool:
    """Whether the X server that an encoder records has one, which would stay after a kill."""
    words = Path(f"/proc/{encoder}/cmdline").read_text().split("\0")
    (display,) = (word for word in words if re.fullmatch(r":\d+", word))
    sockets = Path("/proc/net/unix").read_text()
    assert f" @/tmp/.X11-unix/X{display[1:]}\n" in sockets
    return f" /tmp/.X11-unix/X{display[1:]}\n" in sockets


@pytest.mark.measures
@pytest.mark.parametrize(
    "victims",
    [
        ("encoder", "chromium", "recorder"),
        pytest.param(("driver", "Xvfb", "pulseaudio"), marks=pytest.mark.slow),
    ],
    ids=", ".join,
)
def test_the_recording_plays_and_the_task_ends_whichever_process_is_killed(
    tmp_path: Path,
    callbacks: CallbackReceiver,
    pages: Site,
    temporary: Path,
    victims: tuple[str, ...],
) -> None:
    """A recording for each victim; one after the other is killed, while the rest goes on."""
    with recording_command(tmp_path / "data", callbacks, TMPDIR=str(temporary)) as service:
        recordings: dict[str, tuple[dict[int, str], float]] = {}
        known: set[int] = set()
        for _ in victims:
            task_id, begun = start(service, pages), time.monotonic()
            processes = below(service.process_id())
            (worker,) = {n for n, name in processes.items() if name == "recorder"} - known
            known.add(worker)
            own = {worker: "recorder", **below(worker)}
            assert {*REASONS} <= set(own.values())
            assert not has_a_socket_as_a_file(first(worker, "encoder"))
            recordings[task_id] = own, begun
        time.sleep(RECORDED)
        for victim, (task_id, (own, begun)) in zip(victims, recordings.items(), strict=True):
            ran = time.monotonic() - begun
            kill([next(n for n, name in sorted(own.items()) if name == victim)])
            assert REASONS[victim] in service.await_end(task_id)
            (file,) = service.files(task_id)
            assert probe(file).seconds >= ran - LOST
            until(lambda: gone(own))  # noqa: B023
            until(lambda: (310, 0) in service.callbacks.types(task_id))  # noqa: B023
            assert (801, 3) in service.callbacks.types(task_id)
            assert REASONS[victim] in service.callbacks.messages(task_id, 801)[1]
        until(lambda: leftovers(service) == [])
    assert list(temporary.iterdir()) == []


@pytest.mark.measures
@pytest.mark.parametrize(
    "everything",
    [
        pytest.param(False, id="the service", marks=pytest.mark.slow),
        pytest.param(True, id="everything at once"),
    ],
)
def test_a_killed_service_leaves_recordings_that_play_and_the_next_one_finishes_them(
    tmp_path: Path, callbacks: CallbackReceiver, pages: Site, temporary: Path, everything: bool
) -> None:
    data, folder = tmp_path / "data", {"TMPDIR": str(temporary)}
    with recording_command(data, callbacks, **folder) as service:
        begun = {}
        for form in ("mp4", "hls"):
            task_id = start(service, pages, WebRecordVideoParams={**SMALL, "Format": form})
            begun[task_id] = time.monotonic()
        processes = below(service.process_id())
        time.sleep(RECORDED)
        ran = {task_id: time.monotonic() - at for task_id, at in begun.items()}
        kill([service.process_id(), *(processes if everything else ())])
        until(lambda: gone(processes))
    with recording_command(data, callbacks, **folder) as service:
        for task_id in begun:
            assert "the service was killed or stopped" in service.await_end(task_id)
            (file,) = service.files(task_id)
            assert probe(file).seconds >= ran[task_id] - LOST
        until(lambda: all((802, 1) in callbacks.types(task_id) for task_id in begun))
        until(lambda: leftovers(service) == [])
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_what_had_ended_but_was_not_finished_is_finished_by_the_next_service(
    tmp_path: Path, callbacks: CallbackReceiver, pages: Site
) -> None:
    with recording_command(tmp_path / "data", callbacks) as service:
        task_id = start(service, pages)
        processes = below(service.process_id())
        time.sleep(2)
        os.kill(first(service.process_id(), "recorder"), signal.SIGSTOP)
        service.recorder.end(task_id)
        kill([service.process_id(), *processes])
        until(lambda: gone(processes))
    with recording_command(tmp_path / "data", callbacks) as service:
        assert service.await_end(task_id) == "ended by itself"
        (file,) = service.files(task_id)
        assert probe(file).seconds > 1
        until(lambda: (310, 0) in callbacks.types(task_id))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["long" * 20, "a b"])
def test_an_uneventful_recording_logs_nothing_and_a_service_that_is_told_to_end_finishes_it(
    tmp_path: Path, callbacks: CallbackReceiver, pages: Site, name: str
) -> None:
    """Whatever the folder for temporary files is called."""
    temporary = tmp_path / name
    temporary.mkdir()
    with recording_command(tmp_path / "data", callbacks, TMPDIR=str(temporary)) as service:
        task_id = start(service, pages)
        processes = below(service.process_id())
        time.sleep(3)
        folder, working = service.folder(task_id), service.storage.working(service.task(task_id))
        os.kill(service.process_id(), signal.SIGTERM)
        until(lambda: gone(processes))
        until(lambda: (310, 0) in callbacks.types(task_id))
    assert (working / "recorder.log").read_text() == ""
    assert (working / "poster.jpg").exists()
    assert probe(folder / "recording_0.mp4").seconds > 2
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_stop_while_the_page_is_being_opened_leaves_nothing(tmp_path: Path, pages: Site) -> None:
    before = below(os.getpid())
    with recording_service(tmp_path / "data") as service:
        task_ids = [service.start(f"{pages.address}/hangs") for _ in range(3)]
        for number, task_id in enumerate(task_ids):
            time.sleep(0.4 * number)
            service.stop(task_id)
            assert service.await_end(task_id) == "stopped"
            assert service.files(task_id) == []
        until(lambda: gone(below(os.getpid()).keys() - before.keys()))
        until(lambda: leftovers(service) == [])
