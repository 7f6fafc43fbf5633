"""Uploads of recordings to a store that verifies signatures and what a key may do."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from capture.certificate_authority import authority
from contract.http_client import raw
from discarding_store import discarding_store
from object_store import (
    BUCKET,
    FOREIGN_BUCKET,
    FULL,
    READ_ONLY,
    REGION,
    UNKNOWN,
    WRITE_ONLY,
    WRONG_SECRET,
    Keys,
    ObjectStore,
    object_store,
)
from trtc_recorder import Task
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.tasks.uploads import NoUploads
from trtc_recorder.testing import RunningService, local_settings, running_service
from trtc_recorder.upload import object_store as client
from trtc_recorder.upload.kept_keys import StorageKeys
from trtc_recorder.upload.storage_uploads import StorageUploads
from trtc_webrecord import callbacks
from trtc_webrecord.declaration.spec import StartWebRecordRequest
from unit import declared
from unit.callback_bodies import KEY
from uploading_service import FILM, cos, finish, result, started, uploading
from waiting import until
from webhook import Webhook

PART = client.PART
CONTENT = os.urandom(3000)


class Recorder:
    """A service that records nothing and uploads; `webhook` gets its callbacks."""

    def __init__(self, data: Path, running: RunningService, webhook: Webhook) -> None:
        self.storage, self.running, self.webhook = Storage(data), running, webhook
        self.service = running.service

    def started(self, storage: dict[str, Any]) -> Task:
        task = started(self.service, storage)
        self.storage.recording(task).mkdir(parents=True)
        return task

    def recorded(self, storage: dict[str, Any], content: bytes = CONTENT) -> Task:
        """A task that has recorded one film."""
        task = self.started(storage)
        (self.storage.recording(task) / FILM).write_bytes(content)
        finish(self.service, task, FILM)
        return task

    def upload(self, task: Task) -> dict[str, Any] | None:
        """How far the upload is, as the viewer lists it."""
        found = raw(self.running, "GET", f"/recordings/{quote(task.task_id)}.json")[2]
        upload: dict[str, Any] | None = json.loads(found)["recording"]["upload"]
        return upload

    def ended(self, task: Task) -> dict[str, Any]:
        """How the upload ended, once it has."""
        until(lambda: (self.upload(task) or {})["state"] != "pending", poll=0.02)
        return self.upload(task) or {}

    def told(self) -> callbacks.Event:
        """What a receiver makes of the last of the three callbacks of a task that was ended."""
        post = self.webhook.await_posts(3)[-1]
        return callbacks.receive(post.headers, post.body, KEY)


Make = Callable[[str], Recorder]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A service that uploads to an endpoint."""
    with ExitStack() as made:

        def make(endpoint: str) -> Recorder:
            webhook = made.enter_context(Webhook())
            settings = local_settings(
                data=tmp_path / "data", callback_url=webhook.url, callback_key=KEY, visible_after=0
            )
            uploads = StorageUploads(endpoint, Storage(tmp_path / "data"))
            running = made.enter_context(running_service(settings, uploads=uploads))
            return Recorder(tmp_path / "data", running, webhook)

        yield make


@pytest.mark.parametrize("keys", [FULL, WRITE_ONLY], ids=["any action", "upload only"])
@pytest.mark.parametrize("size", [3000, 2 * PART + 1], ids=["one request", "three parts"])
def test_a_finished_recording_is_in_its_bucket(
    make: Make, store: ObjectStore, keys: Keys, size: int
) -> None:
    recorder, content = make(store.endpoint), os.urandom(size)
    task = recorder.recorded(cos(keys, BUCKET, "lessons", "hall-1"), content)
    declaration = declared.declaration(
        storage_params=declared.cos(bucket=BUCKET, file_name_prefix=["lessons", "hall-1"])
    )
    where = declaration.file_prefix(task.task_id)
    assert recorder.ended(task) == {"state": "uploaded", "message": "", "to": where}
    key = f"lessons/hall-1/{task.task_id}/{FILM}"
    assert store.content(key) == content
    assert store.client().head_object(Bucket=BUCKET, Key=key)["ContentType"] == "video/mp4"
    assert (recorder.storage.recording(task) / FILM).read_bytes() == content
    event = recorder.told()
    assert isinstance(event, callbacks.Uploaded)
    assert [file.name for file in event.files] == [FILM]
    assert store.uploads() == {}


@pytest.mark.parametrize(
    ("keys", "bucket", "message"),
    [
        (UNKNOWN, BUCKET, "InvalidAccessKeyId: The AWS Access Key Id you provided does not exist"),
        (WRONG_SECRET, BUCKET, "SignatureDoesNotMatch: The request signature we calculated"),
        (READ_ONLY, BUCKET, "AccessDenied: Access Denied"),
        (FULL, "lessons-1250000001", "NoSuchBucket: The specified bucket does not exist"),
        (FULL, FOREIGN_BUCKET, "Received redirect without LOCATION"),
        (FULL, "Lessons-1250000000", "InvalidBucketName: "),
        (FULL, "evil.example/x", "InvalidBucketName: "),
    ],
    ids=["key", "secret", "read-only", "no bucket", "region", "upper case", "no name"],
)
@pytest.mark.parametrize("size", [3000, PART + 1], ids=["one request", "two parts"])
def test_what_the_store_rejects_stays_and_is_told_at_once(
    make: Make, store: ObjectStore, keys: Keys, bucket: str, message: str, size: int
) -> None:
    before = store.objects()
    recorder = make(store.endpoint)
    task = recorder.recorded(cos(keys, bucket), b"x" * size)
    upload = recorder.ended(task)
    assert (upload["state"], upload["to"]) == ("failed", f"{bucket}/{task.task_id}/")
    assert upload["message"].startswith(message)
    event = recorder.told()
    assert isinstance(event, callbacks.UploadFailed)
    assert (event.type, event.status, event.reason) == (310, 1, upload["message"])
    assert [file.name for file in event.files] == [FILM]
    assert (recorder.storage.recording(task) / FILM).read_bytes() == b"x" * size
    assert store.objects() == before


def test_an_hls_recording_has_its_playlist_last_and_is_told_as_305(make: Make) -> None:
    names = ["recording.m3u8", "recording_00000.ts", "recording_00001.ts"]
    with discarding_store() as store:
        recorder = make(store.endpoint)
        task = recorder.started(cos())
        for name in (*names, "recording.m3u8.tmp"):
            (recorder.storage.recording(task) / name).write_bytes(CONTENT)
        finish(recorder.service, task, "recording.m3u8")
        assert recorder.ended(task)["state"] == "uploaded"
    paths = [f"/{BUCKET}/{task.task_id}/{name}" for name in (*names[1:], names[0])]
    assert store.objects == paths
    assert isinstance(recorder.told(), callbacks.AllUploaded)


def test_a_failed_hls_upload_is_told_as_305(make: Make, store: ObjectStore) -> None:
    recorder = make(store.endpoint)
    task = recorder.started(cos(READ_ONLY))
    (recorder.storage.recording(task) / "recording.m3u8").write_bytes(CONTENT)
    finish(recorder.service, task, "recording.m3u8")
    event = recorder.told()
    assert isinstance(event, callbacks.UploadFailed)
    assert (event.type, event.status, event.reason) == (305, 1, "AccessDenied: Access Denied")


def test_the_name_of_the_bucket_can_be_in_the_endpoint(make: Make, store: ObjectStore) -> None:
    recorder = make(f"{store.endpoint}/{{bucket}}")
    task = recorder.recorded(cos())
    assert recorder.ended(task)["state"] == "uploaded"
    assert store.content(f"{task.task_id}/{FILM}") == CONTENT


def test_keys_of_the_environment_are_not_used(
    make: Make, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", READ_ONLY.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", READ_ONLY.secret_key)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-token-of-another-account")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    recorder = make(store.endpoint)
    assert recorder.ended(recorder.recorded(cos()))["state"] == "uploaded"


def test_a_store_that_is_down_is_tried_again(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with object_store(tmp_path / "log") as gone:
        pass
    with caplog.at_level(logging.WARNING):
        recorder = make(gone.endpoint)
        task = recorder.recorded(cos())
        refused = "no answer of the store: Connection refused"
        until(lambda: f"not uploaded, again in 2 s: {refused}" in caplog.text)
    assert (recorder.upload(task) or {})["state"] == "pending"
    with object_store(tmp_path / "log", port=int(gone.endpoint.rpartition(":")[2])) as store:
        assert recorder.ended(task)["state"] == "uploaded"
        assert store.content(f"{task.task_id}/{FILM}") == CONTENT
    assert isinstance(recorder.told(), callbacks.Uploaded)


def test_a_store_of_a_private_authority_needs_its_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, private = tmp_path / FILM, authority(tmp_path / "authority", "localhost")
    film.write_bytes(CONTENT)
    monkeypatch.setattr(client, "REQUEST_RETRIES", 0)
    with object_store(
        tmp_path / "log", certificate=private.server, authority=private.certificate
    ) as store:
        keys = StorageKeys(*FULL)
        with pytest.raises(client.UploadError, match="no answer of the store: UnknownIssuer"):
            client.ObjectStore(store.endpoint, BUCKET, REGION, keys).put(film, FILM)
        monkeypatch.setenv("SSL_CERT_FILE", str(private.certificate))
        client.ObjectStore(store.endpoint, BUCKET, REGION, keys).put(film, FILM)
        assert store.content(FILM) == CONTENT


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


@pytest.mark.slow
def test_two_gigabytes_are_uploaded_with_constant_memory(tmp_path: Path) -> None:
    film, size = tmp_path / "film", 2 * 10**9
    with film.open("wb") as sparse:
        for at in range(0, size, size // 50):
            sparse.seek(at)
            sparse.write(os.urandom(64))
        sparse.truncate(size)
    with (
        discarding_store() as store,
        uploading(tmp_path / "data", store.endpoint, film, tmp_path / "log") as process,
    ):
        ended = result(process)
    (parts,) = store.parts.values()
    with film.open("rb") as file:
        for number in sorted(parts):
            length, digest = parts[number]
            assert hashlib.sha256(file.read(length)).hexdigest() == digest, number
        assert file.read(1) == b""
    assert ended.state == "uploaded", ended
    grown = ended.peak_kib - ended.before_kib
    assert grown < 8 * PART // 1024, ended
