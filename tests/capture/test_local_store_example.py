"""examples/local-store: declared, recorded, uploaded, told and played, on one machine."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from capture.media_probe import probe
from examples.readme_commands import ReadmeCommands
from object_store import FULL, WRONG_SECRET, object_store
from trtc_recorder.testing import running_command
from trtc_webrecord import callbacks
from unit.callback_bodies import KEY
from waiting import until
from webhook import Webhook

STORE, SERVICE = "http://127.0.0.1:9000", "http://127.0.0.1:8790"


@pytest.mark.slow
def test_a_declared_page_is_in_the_bucket_and_plays_and_a_wrong_key_starts_nothing(
    tmp_path: Path,
) -> None:
    options = ["--data", str(tmp_path / "data"), "--visible-after", "0", "--capture", "on"]
    with (
        object_store(tmp_path / "store.log") as store,
        Webhook() as webhook,
        running_command(
            tmp_path / "recorder.log",
            *options,
            *("--storage-endpoint", store.endpoint),
            TRTC_RECORDER_CALLBACK_URL=webhook.url,
            TRTC_RECORDER_CALLBACK_KEY=KEY,
        ) as recorder,
    ):

        def told() -> list[callbacks.Event]:
            return [callbacks.receive(post.headers, post.body, KEY) for post in webhook.posts]

        example = ReadmeCommands("local-store", tmp_path / "example", recorder)
        example.commands = [each.replace(STORE, store.endpoint) for each in example.commands]
        stack = example.folder / "Pulumi.dev.yaml"
        stack.write_text(stack.read_text().replace(SERVICE, recorder.endpoint))
        example.answers |= {"accessKey": FULL.access_key, "secretKey": WRONG_SECRET.secret_key}
        example.run_until("pulumi config set --secret secretKey")
        assert "SignatureDoesNotMatch" in example.run("pulumi up", fails=True)
        assert recorder.tasks() == []

        example.answers["secretKey"] = FULL.secret_key
        example.run("pulumi config set --secret secretKey")
        example.up()
        outputs = example.outputs()
        until(lambda: any(isinstance(event, callbacks.Started) for event in told()))
        time.sleep(2)
        recorder.end(outputs["taskId"])
        until(lambda: any(isinstance(event, callbacks.Uploaded) for event in told()))
        assert f"1 file at {outputs['files']}" in example.run_until(
            ".venv/bin/trtc-webrecord files"
        )
        example.finish()
        uploaded = told()[-1]
        assert isinstance(uploaded, callbacks.Uploaded)
        assert uploaded.task_id == outputs["taskId"]
        (file,) = uploaded.files
        bucket, _, prefix = outputs["files"].partition("/")
        film = tmp_path / "film.mp4"
        film.write_bytes(store.content(f"{prefix}{file.name}", bucket))
    seen = probe(film)
    assert (seen.width, seen.height, seen.sound) == (1280, 720, True)
    assert seen.seconds > 1
    assert example.files_with(re.escape(FULL.secret_key)) == []
