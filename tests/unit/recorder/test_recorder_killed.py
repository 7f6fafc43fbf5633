from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from recorder_tasks import live_task, start_request
from trtc_recorder.processes import page_capture
from trtc_recorder.processes.page_capture import PageCapture
from trtc_recorder.tasks.events import Event, Relayed
from trtc_recorder.tasks.storage import Storage

URL, OTHER = "rtmp://cdn.example/live/one", "rtmp://cdn.example/live/two"


class Killed:
    """A recorder process that tells of two relays, and is killed while one is up."""

    def __init__(self, job: object) -> None:
        pass

    def stop(self) -> None:
        pass

    def events(self) -> Iterator[Event]:
        yield Event("started")
        yield Event("relay", relayed=Relayed("running", URL))
        yield Event("relay", relayed=Relayed("running", OTHER))
        yield Event("relay", relayed=Relayed("idle", OTHER))


def test_a_relay_is_told_to_be_over_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(page_capture, "RecorderProcess", Killed)
    told: list[Event] = []
    capture = PageCapture(Storage(tmp_path))
    capture.start(live_task(), start_request(), told.append)
    capture.close()
    relays = [event.relayed for event in told if event.relayed]
    assert relays[-2:] == [Relayed("idle", OTHER), Relayed("idle", URL)]
    assert [event.kind for event in told][-3:] == ["relay", "abnormal", "files ready"]
