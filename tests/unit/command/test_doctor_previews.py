"""`trtc-webrecord doctor` in the folder of a program of one's own, whose preview it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from object_store import REGION
from shell_script import shell_script
from trtc_recorder.testing import SECRET_ID, RunningService
from trtc_webrecord.doctor import subject
from unit.command.stack_folder import APP, SCRIPTS, Folder
from unit.declared import URN, cos, props
from unit.providers.engine_requests import DynamicProvider


def lobby(provider: str = "", **changes: Any) -> dict[str, Any]:
    resource = {"urn": URN, "type": DynamicProvider.TYPE, "provider": f"{provider}::04da6b54"}
    return {**resource, "id": "task-1", "inputs": props(**changes)}


def has_a_program_of_its_own(folder: Folder) -> None:
    (folder.folder / "__main__.py").unlink()


MISSING = cos(bucket="no-1250000000", region=REGION)
SECRET_KEYS = cos(access_key="[secret]", secret_key="[secret]")


def test_before_the_first_up_the_recordings_of_the_preview_are_checked(folder: Folder) -> None:
    has_a_program_of_its_own(folder)
    folder.previews(lobby(storage_params=MISSING))
    code, found = folder.examined()
    assert (code, found["recordings"]["found"]) == (1, "1, by the stack's preview")
    assert found["application"]["status"] == "ok"
    assert "'no-1250000000'" in found["storage"]["found"]


def test_an_application_may_be_named_beside_a_stack_that_declares_none(folder: Folder) -> None:
    has_a_program_of_its_own(folder)
    code, found = folder.examined("--sdk-app-id", str(APP))
    assert (code, found["application"]["status"]) == (0, "ok")
    assert found["credentials"]["found"].startswith("trtc:secretId")


def test_of_a_preview_that_fails_the_reason_is_told_and_the_recordings_of_the_state_are_checked(
    folder: Folder,
) -> None:
    has_a_program_of_its_own(folder)
    folder.previews(fails="'lobby' has a problem: sdk_app_id = 0")
    folder.engine.hold(lobby(storage_params=MISSING))
    code, found = folder.examined()
    assert (code, found["recordings"]["status"]) == (1, "failed")
    assert "sdk_app_id = 0. Checked are the 1 of the state" in found["recordings"]["found"]
    assert "'no-1250000000'" in found["storage"]["found"]


def test_a_preview_that_takes_too_long_is_ended_and_a_warning(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_a_program_of_its_own(folder)
    ends = "trap 'echo over >ended; exit' INT; while :; do sleep 0.05; done"
    shell_script(folder.folder / "pulumi", f'[ "$2" = preview ] && {{ {ends}; }}; cat $2.json')
    monkeypatch.setattr(subject, "PREVIEW_SECONDS", 0.5)
    folder.env.setenv("PATH", f"{folder.folder}:{SCRIPTS}:/usr/bin:/bin")
    found = folder.examined()[1]
    assert found["recordings"]["status"] == "warning"
    assert "takes more than 0.5 s. Checked are the 0 of the state" in found["recordings"]["found"]
    assert (folder.folder / "ended").exists()


def test_inputs_that_a_preview_hides_are_those_of_the_state_or_not_checked(folder: Folder) -> None:
    has_a_program_of_its_own(folder)
    folder.engine.hold(lobby(storage_params=MISSING))
    folder.previews(lobby(storage_params=SECRET_KEYS), op="same")
    assert "'no-1250000000'" in folder.examined()[1]["storage"]["found"]
    folder.previews(lobby(storage_params=SECRET_KEYS), op="update")
    code, found = folder.examined()
    assert (code, found["recordings"]["status"]) == (0, "warning")
    assert "Not checked: lobby" in found["recordings"]["found"]


def test_the_account_of_an_explicit_provider_is_checked_and_not_the_stacks(
    folder: Folder, recorder: RunningService
) -> None:
    has_a_program_of_its_own(folder)
    club = "urn:pulumi:dev::lessons::pulumi:providers:trtc::club"
    keys = {"endpoint": recorder.endpoint, "secretId": SECRET_ID, "secretKey": "canary"}
    provider = {"urn": club, "type": "pulumi:providers:trtc", "id": "1", "inputs": keys}
    folder.sets(endpoint="https://trtc.invalid", secretKey="canary")
    hidden = {**provider, "inputs": {**keys, "secretKey": "[secret]"}}
    folder.previews(hidden, lobby(provider=club))
    code, found = folder.examined()
    assert (code, found["recordings"]["status"]) == (1, "warning")
    assert "Not checked: club, lobby" in found["recordings"]["found"]
    assert "credentials" not in found
    folder.engine.hold(provider, lobby(provider=club))
    folder.previews(hidden, lobby(provider=club), op="same")
    code, found = folder.examined()
    assert (code, found["name"]["status"]) == (1, "ok")
    assert found["signature"]["found"].startswith("provider 'club': ")
    assert "AuthFailure.SignatureFailure" in found["signature"]["found"]
    assert [each["status"] for each in found.values()].count("failed") == 1
