"""What is kept of a recording until its upload has ended, also where the service ends before."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from contract.http_client import raw
from contract.uploads import CONTENT, Make
from discarding_store import discarding_store
from object_store import (
    BUCKET,
    FULL,
    READ_ONLY,
    UNKNOWN,
    ObjectStore,
    object_store,
)
from trtc_recorder import Task
from trtc_recorder.tasks.uploads import NoUploads
from trtc_recorder.testing import local_settings, running_service
from trtc_recorder.upload.object_store import PART
from trtc_webrecord.declaration.spec import StartWebRecordRequest
from uploading_service import FILM, cos, finish, result, started, uploading
from waiting import until


def test_an_upload_that_is_killed_is_whole_after_a_restart(tmp_path: Path) -> None:
    film, log, data = tmp_path / "film", tmp_path / "log", tmp_path / "data"
    film.write_bytes(os.urandom(8 * PART))
    with object_store(tmp_path / "store", delay=0.3) as store:
        with uploading(data, store.endpoint, film, log) as killed:
            assert killed.stdout is not None
            task_id = killed.stdout.readline().strip()
            until(lambda: _parts(store) >= 2, poll=0.02, why=log.read_text)
            killed.kill()
            killed.wait()
        assert store.objects() == {}
        with uploading(data, store.endpoint, film, log) as again:
            assert result(again).state == "uploaded"
        content = store.content(f"{task_id}/{FILM}")
    assert hashlib.sha256(content).digest() == hashlib.sha256(film.read_bytes()).digest()


def _parts(store: ObjectStore) -> int:
    """How many parts of unfinished uploads the store has."""
    return sum(
        len(store.client().list_parts(Bucket=BUCKET, Key=key, UploadId=each).get("Parts", []))
        for each, key in store.uploads().items()
    )


def test_a_service_that_ends_uploads_what_is_pending_first(make: Make, store: ObjectStore) -> None:
    recorder = make(store.endpoint)
    tasks = [recorder.recorded(cos()) for _ in range(5)]
    recorder.service.close()
    assert [store.content(f"{task.task_id}/{FILM}") for task in tasks] == [CONTENT] * 5
    assert len(recorder.webhook.await_posts(15)) == 15


def test_a_process_ends_though_its_store_hangs(tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.write_bytes(CONTENT)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        endpoint = f"http://127.0.0.1:{hanging.getsockname()[1]}"
        program = (
            "import pathlib, sys, uploading_service as u;"
            "from trtc_recorder.upload import storage_uploads as s;"
            "s.CLOSE_TIMEOUT = 0.5; u.SECONDS = 0.5; data, film = map(pathlib.Path, sys.argv[1:3]);"
            "u.main(data, sys.argv[3], film)"
        )
        ran = subprocess.run(
            [sys.executable, "-c", program, tmp_path / "data", film, endpoint],
            cwd=Path(__file__).parents[1],
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert "AssertionError: not within 0.5 s" in ran.stderr
    assert ran.returncode == 1


def test_files_that_the_store_has_are_not_sent_again_after_a_restart(
    make: Make, tmp_path: Path
) -> None:
    with discarding_store() as store:
        recorder = make("http://127.0.0.1:1")
        task = recorder.recorded(cos())
        (recorder.storage.recording(task) / "recording_1.mp4").write_bytes(CONTENT)
        recorder.running.service.close()
        (recorder.storage.working(task) / "uploaded.txt").write_text(f"{FILM}\nrecording_1.mp")
        assert make(store.endpoint).ended(task)["state"] == "uploaded"
    assert store.objects == [f"/{BUCKET}/{task.task_id}/recording_1.mp4"]


def test_keys_are_kept_for_the_owner_alone_until_the_upload_has_ended(
    make: Make, store: ObjectStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recorder = make(store.endpoint)
    tasks = [recorder.started(cos(keys)) for keys in (FULL, READ_ONLY, UNKNOWN)]
    kept = [recorder.storage.working(task) / "storage-keys.json" for task in tasks]
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}
    assert [json.loads(file.read_text())["secret_key"] for file in kept] == [
        *(FULL.secret_key, READ_ONLY.secret_key, UNKNOWN.secret_key),
    ]
    shown = [raw(recorder.running, "GET", "/control/tasks")[2]]
    path = f"/recordings/{quote(tasks[0].task_id)}"
    for name in ("live/..%2Fstorage-keys.json", "files/..%2Fstorage-keys.json"):
        status, _, body = raw(recorder.running, "GET", f"{path}/{name}")
        assert (status, b"secret" in body) == (404, False)
    for task in tasks:
        (recorder.storage.recording(task) / FILM).write_bytes(CONTENT)
        finish(recorder.service, task, FILM)
        recorder.ended(task)
    recorder.webhook.await_posts(9)
    shown += [raw(recorder.running, "GET", "/recordings.json")[2]]
    shown += [post.body for post in recorder.webhook.posts]
    on_disk = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    found = b"".join([*shown, *on_disk]) + caplog.text.encode()
    assert not any(file.exists() for file in kept)
    for keys in (FULL, READ_ONLY, UNKNOWN):
        assert keys.access_key.encode() not in found
        assert keys.secret_key.encode() not in found


def test_nothing_is_kept_or_uploaded_of_a_recording_without_files_in_vod_failed_or_cleared(
    make: Make, store: ObjectStore
) -> None:
    recorder = make(store.endpoint)
    empty = recorder.started(cos())
    finish(recorder.service, empty)
    vod = recorder.recorded({"CloudVod": {"TencentVod": {}}})
    assert (recorder.upload(empty), recorder.upload(vod)) == (None, None)
    recorder.running.inject(action="StartWebRecord", what="not_opened")
    failed = recorder.started(cos())
    assert not (recorder.storage.working(failed) / "storage-keys.json").exists()
    live = recorder.started(cos())
    recorder.running.reset()
    for task in (empty, vod, live):
        assert not (recorder.storage.working(task) / "storage-keys.json").exists()


def test_a_task_whose_keys_cannot_be_kept_is_not_started(tmp_path: Path) -> None:
    class Full(NoUploads):
        def keep_keys(self, task: Task, request: StartWebRecordRequest) -> None:
            raise OSError("the disk is full")

    with running_service(local_settings(data=tmp_path), uploads=Full()) as running:
        with pytest.raises(OSError, match="the disk is full"):
            started(running.service, cos())
        assert running.tasks() == []


def test_without_the_option_files_stay_and_no_keys_are_kept(tmp_path: Path) -> None:
    with running_service(local_settings(data=tmp_path)) as running:
        task = started(running.service, cos())
        finish(running.service, task, FILM)
        assert running.service.upload(task.task_id) is None
        assert not list(tmp_path.rglob("storage-keys.json"))
