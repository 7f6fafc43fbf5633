"""Canaries in every secret of a request: none may reach the log, the disk or the control plane."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from contract.http_client import post, raw
from official_client import official_client
from recorder_tasks import COS, start_body
from tencentcloud.common.exception import TencentCloudSDKException
from trtc_recorder import Task
from trtc_recorder.tasks.uploads import NoUploads
from trtc_recorder.testing import SECRET_KEY, local_settings, running_command, running_service
from trtc_webrecord.declaration.spec import StartWebRecordRequest

CANARY = "canary"


SECRETIVE = start_body(
    RecordUrl=f"https://{CANARY}-user:{CANARY}-pass@example.com/page?t={CANARY}-query#{CANARY}-f",
    RecordId="lobby",
    PublishCdnParams=[
        {"PublishCdnUrl": f"rtmp://push.example.com/live/{CANARY}-stream?s={CANARY}-sign"}
    ],
    StorageParams={
        "CloudStorage": {
            **COS,
            "AccessKey": f"{CANARY}-access-key",
            "SecretKey": f"{CANARY}-secret-key",
        }
    },
)


def test_no_secret_of_a_request_is_kept_logged_or_shown(tmp_path: Path) -> None:
    log, data = tmp_path / "log", tmp_path / "data"
    key = {"TRTC_RECORDER_SECRET_KEY": f"{CANARY}-own-key"}
    with running_command(log, "--data", str(data), "--visible-after", "0", **key) as recorder:
        client = official_client(recorder, secret_key=f"{CANARY}-own-key")
        recorder.accept("AKIDtemporary", f"{CANARY}-other-key", token=f"{CANARY}-token")

        responses = [str(client.call_json("StartWebRecord", SECRETIVE))]
        rejected: list[dict[str, Any]] = [
            SECRETIVE,
            {**SECRETIVE, "MaxDurationLimit": 1},
            {**SECRETIVE, "RecordUrl": f"ftp://{CANARY}"},
            {**SECRETIVE, "PublishCdnParams": [{"PublishCdnUrl": f"http://{CANARY}"}]},
            {**SECRETIVE, "StorageParams": {"CloudStorage": {"AccessKey": f"{CANARY}-alone"}}},
            {**SECRETIVE, "StorageParams": f"{CANARY}-storage"},
        ]
        for body in rejected:
            with pytest.raises(TencentCloudSDKException) as caught:
                client.call_json("StartWebRecord", body)
            responses.append(str(caught.value))
        for what in ("cut", "status", "error", "not_json", "throttle"):
            recorder.inject(what=what)
            with pytest.raises((TencentCloudSDKException, ValueError)):
                client.call_json("StartWebRecord", {**SECRETIVE, "RecordId": "other"})
        broken = f'{{"SecretKey": "{CANARY}'.encode()
        responses.append(post(recorder, broken, secret_key=f"{CANARY}-own-key")[2].decode())

        shown = [
            raw(recorder, "GET", f"/control/{path}")[2].decode()
            for path in ("tasks", "calls", "faults", "settings", "clock")
        ]
        on_disk_while_running = b"".join(path.read_bytes() for path in data.iterdir())
        assert recorder.terminate() == 0

    assert "https://example.com/page" in shown[0]
    assert "rtmp://push.example.com" in shown[0]
    on_disk = b"".join(path.read_bytes() for path in data.iterdir())
    assert b"https://example.com/page" in on_disk_while_running + on_disk
    assert "StartWebRecord" in log.read_text()
    assert CANARY not in log.read_text()
    assert CANARY.encode() not in on_disk_while_running + on_disk
    assert CANARY not in "".join(shown)
    assert CANARY not in "".join(responses)


def test_an_internal_error_is_answered_and_logged_without_the_requests_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(NoUploads):
        def keep_keys(self, task: Task, request: StartWebRecordRequest) -> None:
            raise RuntimeError(f"cannot keep {request.storage_params}")

    with (
        caplog.at_level(logging.INFO),
        running_service(uploads=Broken()) as recorder,
        pytest.raises(TencentCloudSDKException) as caught,
    ):
        official_client(recorder).call_json("StartWebRecord", SECRETIVE)
    assert caught.value.get_code() == "InternalError"
    assert "RuntimeError" in caplog.text
    assert "in keep_keys" in caplog.text
    assert CANARY not in caplog.text


def test_keys_and_the_callback_url_show_in_no_representation() -> None:
    url, key = f"https://user:{CANARY}@[::1]:8443/hook?token={CANARY}", f"{CANARY}callback"
    settings = local_settings(callback_url=url, callback_key=key)
    with running_service(settings) as recorder:
        recorder.accept("AKIDtemporary", f"{CANARY}-key", token=f"{CANARY}-token")
        shown = repr(recorder.service.credentials) + repr(recorder.service.settings)
    assert "AKIDtemporary" in shown
    assert CANARY not in shown
    assert SECRET_KEY not in shown
