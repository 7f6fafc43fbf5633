"""A service that records nothing and uploads one film, as a process to be killed.

`python tests/uploading_service.py DATA ENDPOINT FILM` begins the upload, or goes on with that of an
earlier run in DATA. It prints the TaskId, and in the end a `Result` as JSON.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from object_store import BUCKET, FULL, REGION, Keys
from recorder_tasks import start_body
from trtc_recorder import Service, Task
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import local_settings
from trtc_recorder.upload.storage_uploads import StorageUploads
from waiting import until

FILM = "recording_0.mp4"
SECONDS = 300.0


@dataclass(frozen=True)
class Result:
    """How the upload ended. `peak_kib`: most memory that was resident, `before_kib`: before it."""

    state: str
    message: str
    before_kib: int
    peak_kib: int


def cos(keys: Keys = FULL, bucket: str = BUCKET, *prefix: str) -> dict[str, Any]:
    """StorageParams of the tests' store."""
    storage = {"Vendor": 0, "Region": REGION, "Bucket": bucket, "FileNamePrefix": list(prefix)}
    pair = {"AccessKey": keys.access_key, "SecretKey": keys.secret_key}
    return {"CloudStorage": {**storage, **pair}}


def started(service: Service, storage: dict[str, Any]) -> Task:
    """A task that has begun."""
    outcome: Any = service.call("StartWebRecord", start_body(StorageParams=storage))
    task = service.task(json.loads(outcome.body)["Response"]["TaskId"])
    assert task is not None
    return task


def finish(service: Service, task: Task, *names: str) -> None:
    """End the task, whose files are in its folder."""
    kinds = {".mp4": "mp4", ".m3u8": "hls"}
    files: list[Any] = [MediaFile(each, kinds[Path(each).suffix], 0, 4) for each in names]  # type: ignore[arg-type]
    service.end(task.task_id)
    service.on_event(task.task_id, Event("files ready", files=tuple(files)))


@contextmanager
def uploading(data: Path, endpoint: str, film: Path, log: Path) -> Iterator[subprocess.Popen[str]]:
    """The program as a process, which is killed in the end."""
    command = [sys.executable, __file__, str(data), endpoint, str(film)]
    with (
        log.open("a") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def result(process: subprocess.Popen[str]) -> Result:
    assert process.stdout is not None
    return Result(**json.loads(process.stdout.read().splitlines()[-1]))


def resident(name: str) -> int:
    """KiB of this process: `VmRSS` now, `VmHWM` at most."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def main(data: Path, endpoint: str, film: Path) -> None:
    logging.basicConfig(level=logging.INFO)
    storage = Storage(data)
    uploads = StorageUploads(endpoint, storage)
    with Service(local_settings(data=data), uploads=uploads) as service:
        before = resident("VmRSS")
        if not service.tasks():
            task = started(service, cos())
            storage.recording(task).mkdir(parents=True)
            os.link(film, storage.recording(task) / FILM)
            finish(service, task, FILM)
        (task,) = service.tasks()
        sys.stdout.write(f"{task.task_id}\n")
        sys.stdout.flush()
        until(lambda: (u := service.upload(task.task_id)) and u.state != "pending", SECONDS)
        upload = service.upload(task.task_id)
        assert upload is not None
        ended = Result(upload.state, upload.message, before, resident("VmHWM"))
        sys.stdout.write(json.dumps(asdict(ended)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
