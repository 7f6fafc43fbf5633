"""A task of a service that records nothing, with files put where a recorder would."""

from __future__ import annotations

import shutil
from typing import Any
from urllib.parse import quote

from capture.sample_media import Films
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import RunningService


class SeededRecording:
    """One task, and where its files go."""

    def __init__(self, service: RunningService, **changes: Any) -> None:
        storage = {"Vendor": 0, "Region": "r", "Bucket": "b", "AccessKey": "a", "SecretKey": "s"}
        parameters = {
            "RecordUrl": "https://example.com/lobby",
            "SdkAppId": 1,
            "StorageParams": {"CloudStorage": storage},
            **changes,
        }
        service.service.call("StartWebRecord", parameters)
        self._service = service
        self._files: list[MediaFile] = []
        self.task = service.tasks()[-1]
        assert service.service.settings.data is not None
        folders = Storage(service.service.settings.data)
        self.folder, self.working = folders.recording(self.task), folders.working(self.task)
        self.folder.mkdir(parents=True)
        self.working.mkdir(parents=True)
        self.url = f"{service.endpoint}/recordings/{quote(self.task.task_id, safe='')}"

    def has(self, films: Films, *parts: str) -> None:
        """Put copies of the mp4 film there, by these names."""
        for name in parts:
            shutil.copy(films.mp4, self.folder / name)
            self._files.append(MediaFile(name, "mp4", begun_at=0, seconds=4))
        shutil.copy(films.poster, self.working / "poster.jpg")

    def live(self, films: Films) -> None:
        """Let it have a live stream."""
        shutil.copytree(films.live, self.working / "live")

    def end(self, reason: str) -> None:
        """End it, its files finished."""
        self._service.end(self.task.task_id, reason)
        ready = Event("files ready", files=tuple(self._files))
        self._service.service.on_event(self.task.task_id, ready)

    def state(self) -> str | None:
        """Why it ended; None while it is live."""
        task = self._service.service.task(self.task.task_id)
        assert task is not None
        return None if task.live else task.end_reason
