"""Both providers at a store that verifies signatures: what it rejects is not started."""

from __future__ import annotations

import pytest
from object_store import (
    BUCKET,
    FOREIGN_BUCKET,
    READ_ONLY,
    REGION,
    UNKNOWN,
    UPLOAD_WITHOUT_ABORT,
    WRITE_ONLY,
    WRONG_SECRET,
    Keys,
    ObjectStore,
)
from trtc_recorder.testing import RunningService
from unit.declared import cos
from unit.providers.engine_requests import Failed, Provider, Values


def storage(keys: Keys, bucket: str = BUCKET) -> Values:
    return cos(bucket=bucket, region=REGION, file_name_prefix=["lobby"], **keys._asdict())


@pytest.mark.parametrize(
    ("storage_params", "code", "remedy"),
    [
        (storage(WRITE_ONLY, "none-1250000000"), "NoSuchBucket", "Correct bucket and region"),
        (storage(READ_ONLY), "AccessDenied", "Allow the pair to upload"),
        (storage(UNKNOWN), "InvalidAccessKeyId", "does not know the access key"),
        (storage(WRONG_SECRET), "SignatureDoesNotMatch", "does not belong to the access key"),
        (storage(WRITE_ONLY, FOREIGN_BUCKET), "PermanentRedirect", "but in ap-tokyo."),
    ],
)
def test_a_rejected_recording_is_not_started(
    provider: Provider,
    recorder: RunningService,
    store: ObjectStore,
    storage_params: Values,
    code: str,
    remedy: str,
) -> None:
    provider.restart(storageEndpoint=store.endpoint)
    with pytest.raises(Failed) as caught:
        provider.create(provider.inputs(storage_params=storage_params))
    message = str(caught.value)
    assert f"returned {code}: " in message
    assert remedy in message
    assert "(request id " in message
    assert storage_params["cloud_storage"]["secret_key"] not in message
    assert storage_params["cloud_storage"]["access_key"] not in message
    assert "StartWebRecord" not in recorder.call_counts()


def test_an_accepted_one_is_started_and_leaves_nothing_at_the_store(
    provider: Provider, recorder: RunningService, store: ObjectStore
) -> None:
    before = store.objects()
    provider.restart(storageEndpoint=store.endpoint)
    _, state = provider.create(provider.inputs(storage_params=storage(WRITE_ONLY)))
    assert state["status"] == "recording"
    assert (store.objects(), store.uploads()) == (before, {})
    assert "warning" not in provider.messages()


@pytest.mark.parametrize("off", ["input", "key"])
def test_a_probe_that_is_turned_off_rejects_nothing(
    provider: Provider, recorder: RunningService, store: ObjectStore, off: str
) -> None:
    config: Values = {"storageProbe": "false"} if off == "key" else {}
    provider.restart(storageEndpoint=store.endpoint, **config)
    inputs = provider.inputs(storage_params=storage(WRONG_SECRET))
    if off == "input":
        inputs["storage_probe"] = False
    assert provider.check(inputs) == []
    task, state = provider.create(inputs)
    assert state["status"] == "recording"
    plan = provider.diff(task, state, {**inputs, "storage_probe": True})
    assert (plan.changes, plan.replaces) == (True, [])


def test_an_unreachable_store_is_a_warning_once(
    provider: Provider, recorder: RunningService
) -> None:
    provider.restart(storageEndpoint="http://127.0.0.1:9")
    for name in ("lobby", "shop"):
        provider.create(provider.inputs(name, storage_params=storage(WRITE_ONLY)))
    shown = provider.messages()
    assert shown.count("the store at http://127.0.0.1:9/lessons-1250000000: NewConn") == 1
    assert not any(key in shown for key in WRITE_ONLY)
    assert len(recorder.calls("StartWebRecord")) == 2


def test_an_upload_that_stays_open_is_a_warning_once(
    provider: Provider, recorder: RunningService, store: ObjectStore
) -> None:
    provider.restart(storageEndpoint=store.endpoint)
    for name in ("lobby", "shop"):
        provider.create(provider.inputs(name, storage_params=storage(UPLOAD_WITHOUT_ABORT)))
    (upload_id,) = store.uploads()
    store.client().abort_multipart_upload(
        Bucket=BUCKET, Key="lobby/storage-probe", UploadId=upload_id
    )
    (warning,) = provider.messages().splitlines()
    assert "could not be aborted: AccessDenied" in warning
    assert f"Abort UploadId {upload_id} of {store.endpoint}/" in warning
    assert "lifecycle rule" in warning
    assert len(recorder.calls("StartWebRecord")) == 2
