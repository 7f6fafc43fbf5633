"""What becomes of a task whose process is killed, or when what attends it has an error."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, cast

import pytest
from recorder_tasks import live_task, start_body, start_request
from trtc_recorder import Service, http
from trtc_recorder.processes import cleanup, page_capture
from trtc_recorder.processes.page_capture import PageCapture
from trtc_recorder.tasks.events import Event, Relayed
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import local_settings
from waiting import until

STOPPED = "stopped"
NOT_SET_UP = "the recorder could not be set up: RuntimeError"


class Process:
    """A recorder process that runs until it is stopped."""

    running: ClassVar[list[Process]] = []

    def __init__(self, *_: object) -> None:
        self._stopped = threading.Event()
        self.running.append(self)

    def stop(self) -> None:
        self.running.remove(self)
        self._stopped.set()
        self.kill_later()

    def kill_later(self) -> None:
        pass

    def events(self) -> Iterator[Event]:
        yield Event("started")
        self._stopped.wait(10)


@pytest.fixture(autouse=True)
def runtime_folders(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(page_capture, "new_runtime", lambda: tmp_path_factory.mktemp("runtime"))


def fail(error: BaseException) -> Any:
    raise error


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("canary")


@pytest.mark.parametrize(
    ("place", "name", "reason"),
    [
        (page_capture, "RecorderProcess", NOT_SET_UP),
        (threading.Thread, "start", NOT_SET_UP),
        (Process, "events", "an error of the recorder: RuntimeError"),
        (Process, "kill_later", STOPPED),
        (cleanup, "finish", STOPPED),
        (page_capture, "remove_working_files", STOPPED),
    ],
)
def test_its_task_ends_with_the_reason_and_leaves_room_for_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: Any, name: str, reason: str
) -> None:
    monkeypatch.setattr(page_capture, "RecorderProcess", Process)
    capture = PageCapture(Storage(tmp_path), limit=1)
    settings = local_settings(data=tmp_path, visible_after=0)
    with Service(settings, capture=capture) as service, monkeypatch.context() as patch:
        patch.setattr(place, name, broken)
        service.call("StartWebRecord", start_body())
        if reason == STOPPED:
            service.call("StopWebRecord", {"TaskId": service.tasks()[0].task_id})
        until(lambda: not service.tasks()[0].live)
        assert service.tasks()[0].end_reason == reason
        until(lambda: not capture.full())
    assert Process.running == []


def test_relays_of_a_killed_process_are_told_to_be_over_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    up, over = (Relayed("running", f"rtmp://cdn.example/live/{name}") for name in ("up", "over"))
    states = (up, over, replace(over, state="idle"))
    events = [Event("relay", relayed=state) for state in states]
    monkeypatch.setattr(page_capture, "RecorderProcess", Process)
    monkeypatch.setattr(Process, "events", lambda _: events)
    told: list[Event] = []
    capture = PageCapture(Storage(tmp_path))
    capture.start(live_task(), start_request(), told.append)
    capture.close()
    assert [event.relayed for event in told if event.relayed] == [
        *states,
        replace(up, state="idle"),
    ]
    assert [event.kind for event in told][-3:] == ["relay", "abnormal", "files ready"]


def test_what_is_due_is_ended_although_that_failed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = [sqlite3.OperationalError("disk I/O error"), asyncio.CancelledError()]
    service = SimpleNamespace(settle=lambda: fail(outcomes.pop(0)))
    monkeypatch.setattr(http, "SETTLE_EVERY", 0)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(http._settle_forever(cast("Service", service)))
    assert outcomes == []
