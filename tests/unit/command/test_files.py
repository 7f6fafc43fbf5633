"""`trtc-webrecord files`: a stack's recordings, each asked for with its own keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from object_store import BUCKET, READ_ONLY, REGION, UNKNOWN, ObjectStore
from trtc_webrecord.command.main import main
from trtc_webrecord.pulumi_cli.state import NATIVE, SIGNATURE
from unit.declared import state
from unit.providers.engine_requests import EngineState

DYNAMIC = "pulumi-python:dynamic/trtc:WebRecording"
OTHER = "urn:pulumi:prod::web-recordings::pulumi:providers:trtc::other"


def secret(value: str) -> dict[str, str]:
    return {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "plaintext": json.dumps(value)}


def resource(task: str, keys: dict[str, Any], type_: str = DYNAMIC, **more: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::web-recordings::{type_}::{task}"
    storage = {"cloud_storage": {"region": REGION, "bucket": BUCKET, **keys}}
    values = state(resource_urn=urn, storage_params=storage, status="ended", task_id=task)
    return {"urn": urn, "type": type_, "id": task, "inputs": {}, "outputs": values, **more}


OWN_KEYS = {"access_key": READ_ONLY.access_key, "secret_key": secret(READ_ONLY.secret_key)}
LOBBY = resource("lobby", OWN_KEYS)
HALL = resource("hall", {}, NATIVE, provider=f"{OTHER}::04da6b54")
SHOP = resource("shop", {})


def provider(endpoint: str) -> dict[str, Any]:
    keys = {"secretId": READ_ONLY.access_key, "secretKey": secret(READ_ONLY.secret_key)}
    inputs = {**keys, "storageEndpoint": endpoint, "version": "0.1.0", "__internal": {}}
    return {"urn": OTHER, "type": "pulumi:providers:trtc", "id": "04da6b54", "inputs": inputs}


@pytest.mark.parametrize(
    ("recordings", "there", "code"),
    [
        ([LOBBY, HALL], ("lobby", "hall"), 0),
        ([LOBBY, HALL], ("lobby",), 1),
        ([SHOP, HALL], ("hall",), 2),
        ([SHOP, HALL], (), 1),
        ([{**LOBBY, "delete": True}], (), 0),
    ],
)
def test_each_recording_is_listed_with_its_own_keys_or_those_of_its_provider(
    store: ObjectStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    recordings: list[dict[str, Any]],
    there: tuple[str, ...],
    code: int,
) -> None:
    engine = EngineState(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    engine.configure(
        storageEndpoint=store.endpoint, secretId=UNKNOWN.access_key, secretKey=UNKNOWN.secret_key
    )
    engine.hold(provider(store.endpoint), *recordings)
    for task in ("lobby", "hall"):
        store.client().delete_object(Bucket=BUCKET, Key=f"{task}/film.mp4")
    for task in there:
        store.client().put_object(Bucket=BUCKET, Key=f"{task}/film.mp4", Body=b"film")
    with pytest.raises(SystemExit, match=str(code)):
        main(["files"])
    told = capsys.readouterr().out
    assert told.count("4  film.mp4") == len(there)
    assert ("InvalidAccessKeyId" in told) == (SHOP in recordings)
    assert not any(key in told for key in (READ_ONLY.secret_key, *UNKNOWN))


def test_a_stack_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="2"):
        main(["files", "--stack", "live"])
    assert "error: there is no `pulumi` on the PATH" in capsys.readouterr().err
    EngineState(tmp_path).configure(secretID="AKID")
    with pytest.raises(SystemExit, match="2"):
        main(["files", "--stack", "live"])
    assert "did you mean trtc:secretId?" in capsys.readouterr().err
