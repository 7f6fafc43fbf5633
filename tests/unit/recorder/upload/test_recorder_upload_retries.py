from __future__ import annotations

import threading
from pathlib import Path

import pytest
from recorder_tasks import live_task, start_request
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.upload import storage_uploads
from trtc_recorder.upload.object_store import UploadError
from trtc_recorder.upload.storage_uploads import StorageUploads

FILES = (MediaFile("recording_0.mp4", "mp4", 0, 4),)
TASK = live_task()
SECONDS = 10


class Clock:
    """Time that passes only where the uploads wait, and then at once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def uptime(self) -> float:
        return self.now

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        if seconds is None:
            condition.wait(SECONDS)
            return
        self.pauses.append(seconds)
        self.now += seconds


class Store:
    """Responds by a script: None is success. After it, the last response again."""

    script: list[UploadError | OSError | None]
    puts: list[str]

    def __init__(self, *_: object) -> None:
        pass

    def put(self, file: Path, key: str) -> None:
        self.puts.append(key)
        response = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if response is not None:
            raise response


class Told:
    """The events of an upload. The first `rejections` of them are not taken."""

    def __init__(self, rejections: int = 0) -> None:
        self.events: list[Event] = []
        self._rejections = rejections
        self._came = threading.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if len(self.events) <= self._rejections:
            raise OSError("the disk is full")
        self._came.set()

    def last(self) -> Event:
        assert self._came.wait(SECONDS)
        return self.events[-1]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> StorageUploads:
    Store.puts = []
    monkeypatch.setattr(storage_uploads, "ObjectStore", Store)
    storage = Storage(tmp_path)
    storage.recording(TASK).mkdir(parents=True)
    (storage.recording(TASK) / FILES[0].name).write_bytes(b"film")
    made = StorageUploads("http://store", storage, uptime=clock.uptime, wait=clock.wait)
    made.keep_keys(TASK, start_request())
    return made


def unreached() -> UploadError:
    return UploadError("error sending request", final=False)


def upload(uploads: StorageUploads, rejections: int = 0) -> list[Event]:
    """The events up to the one that is taken."""
    told = Told(rejections)
    uploads.start(TASK, FILES, told)
    assert told.last()
    return told.events


def test_pauses_grow_until_the_store_answers(uploads: StorageUploads, clock: Clock) -> None:
    Store.script = [*(unreached() for _ in range(11)), None]
    assert upload(uploads) == [Event("uploaded", files=FILES)]
    assert clock.pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert Store.puts == ["task-1/recording_0.mp4"] * 12


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (unreached(), "error sending request"),
        (OSError("canary"), "an error of the recorder: OSError"),
    ],
)
def test_after_a_day_it_has_failed_for_good(
    uploads: StorageUploads, clock: Clock, error: UploadError | OSError, why: str
) -> None:
    Store.script = [error]
    assert upload(uploads) == [Event("upload failed", why, files=FILES)]
    assert 86400 - 600 < clock.now <= 86400


def test_an_event_that_was_not_taken_is_told_again_without_a_second_upload(
    uploads: StorageUploads, clock: Clock
) -> None:
    Store.script = [None]
    assert upload(uploads, rejections=2) == [Event("uploaded", files=FILES)] * 3
    assert clock.pauses == [1, 2]
    assert len(Store.puts) == 1


def test_keys_that_are_gone_are_a_failure(uploads: StorageUploads, tmp_path: Path) -> None:
    Store.script = [None]
    (Storage(tmp_path).working(TASK) / "storage-keys.json").write_text("{")
    reason = "the storage keys cannot be read any more"
    assert upload(uploads) == [Event("upload failed", reason, files=FILES)]
    assert Store.puts == []


def test_a_task_that_is_forgotten_is_not_tried_again(
    uploads: StorageUploads, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    class Forgetting(Store):
        def put(self, file: Path, key: str) -> None:
            uploads.forget(TASK)
            failed.set()
            raise unreached()

    monkeypatch.setattr(storage_uploads, "ObjectStore", Forgetting)
    told = Told()
    uploads.start(TASK, FILES, told)
    assert failed.wait(SECONDS)
    other = live_task("task-2")
    uploads.start(other, FILES, told)
    assert told.last().kind == "upload failed"
    assert (len(told.events), clock.pauses) == (1, [])
