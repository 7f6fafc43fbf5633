"""A service with a data folder, and recordings seeded into it; for tests of the viewer."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from capture.sample_media import Films
from contract.http_client import HTTPResponse, raw
from recorder_tasks import start_body
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import RunningService, local_settings, running_service

FILM = bytes(range(256)) * 4
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + "#EXTINF:1.5,\nrecording_00000.ts\n" * 4


class SeededRecording:
    """One task of a service that records nothing; the test writes its files."""

    def __init__(self, recorder: RunningService, data: Path, **changes: Any) -> None:
        recorder.service.call("StartWebRecord", start_body(**changes))
        self._recorder = recorder
        self._files: list[MediaFile] = []
        self.task = recorder.tasks()[-1]
        self.task_id = self.task.task_id
        storage = Storage(data)
        self.folder, self.working = storage.recording(self.task), storage.working(self.task)
        self.folder.mkdir(parents=True)
        self.working.mkdir(parents=True)
        self.path = f"/recordings/{quote(self.task_id, safe='')}"
        self.url = f"{recorder.endpoint}{self.path}"

    def has(self, films: Films, *parts: str) -> None:
        """Put copies of the mp4 film there, by these names."""
        for name in parts:
            shutil.copy(films.mp4, self.folder / name)
            self._files.append(MediaFile(name, "mp4", begun_at=0, seconds=4))
        shutil.copy(films.poster, self.working / "poster.jpg")

    def live(self, films: Films) -> None:
        shutil.copytree(films.live, self.working / "live")

    def write(self, path: str, content: bytes | str = FILM) -> Path:
        """Write what is served at `path` below the recording's own, such as `files/a.mp4`."""
        kind, _, name = path.partition("/")
        file = self.folder / name if kind == "files" else self.working / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def get(self, below: str = "", headers: dict[str, str] | None = None) -> HTTPResponse:
        """Get what is below the recording's path: status, headers and body."""
        return raw(self._recorder, "GET", self.path + below, headers)

    def listed(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.get(".json")[2])["recording"]
        return found

    def end(self, reason: str) -> None:
        """End it, its files finished."""
        self._recorder.end(self.task_id, reason)
        ready = Event("files ready", files=tuple(self._files))
        self._recorder.service.on_event(self.task_id, ready)

    def state(self) -> str | None:
        """Why it ended; None while it is live."""
        task = self._recorder.service.task(self.task_id)
        assert task is not None
        return None if task.live else task.end_reason


Start = Callable[..., SeededRecording]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def viewer(data: Path) -> Iterator[RunningService]:
    settings = local_settings(visible_after=0, requests_per_second=0, data=data)
    with running_service(settings) as recorder:
        yield recorder


@pytest.fixture
def recorder(viewer: RunningService) -> RunningService:
    """A service like new, that has a data folder and so a viewer."""
    viewer.reset()
    return viewer


@pytest.fixture
def seed(recorder: RunningService, data: Path) -> Start:
    """Start a task, with some of its parameters changed."""
    return lambda **changes: SeededRecording(recorder, data, **changes)
