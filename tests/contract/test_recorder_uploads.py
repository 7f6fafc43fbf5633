"""Uploads of recordings to a store that verifies signatures and what a key may do."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

import pytest
from capture.certificate_authority import authority
from contract.uploads import CONTENT, Make
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
from trtc_recorder.upload import object_store as client
from trtc_recorder.upload.kept_keys import StorageKeys
from trtc_webrecord import callbacks
from unit import declared
from uploading_service import FILM, cos, finish, result, uploading
from waiting import until

PART = client.PART


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
