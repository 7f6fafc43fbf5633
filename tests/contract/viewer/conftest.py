"""A service that has a folder, and recordings in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from contract.viewer.looking import FILM, PLAYLIST, Body, Call, Started, path_of
from trtc_recorder import Task
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import RunningService, local_settings, running_service


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def viewed(data: Path) -> Iterator[RunningService]:
    settings = local_settings(visible_after=0, requests_per_second=0, data=data)
    with running_service(settings) as service:
        yield service


@pytest.fixture
def recorder(viewed: RunningService) -> RunningService:
    """A service like new, that has a folder and so can be looked at."""
    viewed.reset()
    return viewed


@pytest.fixture
def started(
    recorder: RunningService, call: Call, start_body: Body, data: Path
) -> Callable[..., tuple[str, Path, Path]]:
    """A task that was started, and its folders: `started(RecordId="lobby")`."""

    def start(**changes: Any) -> tuple[str, Path, Path]:
        task_id = call("StartWebRecord", **start_body(**changes))["TaskId"]
        task = recorder.service.task(task_id)
        assert isinstance(task, Task)
        folders = Storage(data).recording(task), Storage(data).working(task)
        for folder in (folders[0], folders[1] / "live"):
            folder.mkdir(parents=True)
        return task_id, *folders

    return start


@pytest.fixture
def everywhere(started: Started) -> list[str]:
    """A path of each kind that responds to GET."""
    task_id, recording, working = started()
    (recording / "recording_0.mp4").write_bytes(FILM)
    (working / "poster.jpg").write_bytes(b"jpeg")
    (working / "live" / "live.m3u8").write_text(PLAYLIST)
    below = ("", ".json", "/files/recording_0.mp4", "/poster.jpg", "/live/live.m3u8")
    return [
        "/recordings.json",
        "/recordings/",
        "/static/viewer.js",
        "/demo",
        *(path_of(task_id) + path for path in below),
    ]
