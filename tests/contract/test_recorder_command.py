"""`trtc-recorder` as a real process: options, signals, and what survives a restart."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from official_client import official_client, respond
from pydantic import SecretStr
from recorder_tasks import start_body
from trtc_recorder import Settings, Switches, command
from trtc_recorder.command import ENVIRONMENT_ONLY, main
from trtc_recorder.processes.page_capture import PageCapture
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, RunningCommand, running_command


@pytest.fixture
def key_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRTC_RECORDER_SECRET_ID", SECRET_ID)
    monkeypatch.setenv("TRTC_RECORDER_SECRET_KEY", SECRET_KEY)


def rejection(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    return capsys.readouterr().err


def start(recorder: RunningCommand, record_id: str) -> Any:
    return respond(official_client(recorder), "StartWebRecord", **start_body(RecordId=record_id))


def test_tasks_and_spent_record_ids_survive_a_sigkill(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data"), "--visible-after", "0"]
    with running_command(tmp_path / "log", *data) as recorder:
        start(recorder, "running")
        task_id = start(recorder, "ended")["TaskId"]
        respond(official_client(recorder), "StopWebRecord", TaskId=task_id)
        recorder.inject(action="StartWebRecord", what="error", burn=True)
        assert start(recorder, "burnt") == "InternalError"
        before = recorder.tasks()
        recorder.kill()

    with running_command(tmp_path / "log", *data) as recorder:
        assert recorder.tasks() == before
        assert [task.record_id for task in recorder.live_tasks()] == ["running"]
        for record_id in ("running", "ended", "burnt"):
            assert start(recorder, record_id) == "FailedOperation.TaskExist"
    assert recorder.process.returncode == 0


def test_it_says_where_it_listens_and_logs_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "trtc_recorder", "--port", "0", "--data", str(tmp_path)]
    keys = {"TRTC_RECORDER_SECRET_ID": "id", "TRTC_RECORDER_SECRET_KEY": "key"}
    with subprocess.Popen(
        command, env={**os.environ, **keys}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert re.fullmatch(r"trtc-recorder listening on http://127\.0\.0\.1:[1-9]\d+\n", said)
    assert (rest, process.returncode) == ("", 0)


def test_without_a_key_pair_it_ends_with_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRTC_RECORDER_SECRET_ID", SECRET_ID)
    monkeypatch.delenv("TRTC_RECORDER_SECRET_KEY", raising=False)
    said = rejection(capsys)
    assert said.startswith("trtc-recorder: ")
    assert "TRTC_RECORDER_SECRET_KEY" in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("key_pair")
@pytest.mark.parametrize("option", sorted(ENVIRONMENT_ONLY))
def test_a_secret_is_not_taken_from_the_command_line(
    capsys: pytest.CaptureFixture[str], option: str
) -> None:
    assert "unrecognized arguments" in rejection(capsys, f"--{option.replace('_', '-')}", "x")


@pytest.mark.usefixtures("key_pair")
def test_a_value_that_cannot_work_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "port: " in rejection(capsys, "--port", "70000")
    assert "visible_after: " in rejection(capsys, "--visible-after", "-1")


@pytest.mark.usefixtures("key_pair")
@pytest.mark.parametrize(
    "url",
    [
        *("127.0.0.1:9000", "ftp://store.example", "https://", "https://store.example/{Bucket}"),
        *("https://AKID:canary@store.example", "https://store.example/?canary", "https://{bucket"),
    ],
)
def test_a_storage_endpoint_that_cannot_work_is_rejected_and_not_shown(
    capsys: pytest.CaptureFixture[str], url: str
) -> None:
    said = rejection(capsys, "--storage-endpoint", url)
    assert said == (
        "trtc-recorder: storage_endpoint: must be an http:// or https:// URL of a store\n"
    )


@pytest.mark.usefixtures("key_pair")
def test_an_upload_without_its_package_is_rejected_with_the_command_to_install_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "_capture", lambda settings: PageCapture(Storage(tmp_path)))
    monkeypatch.setitem(sys.modules, "trtc_recorder.upload.storage_uploads", None)
    options = ["--port", "0", "--data", str(tmp_path)]
    said = rejection(capsys, *options, "--storage-endpoint", "https://store.example")
    assert said == (
        "trtc-recorder: --storage-endpoint needs the Python package obstore: "
        "run `pip install 'trtc-recorder[upload]'`\n"
    )


@pytest.mark.usefixtures("key_pair")
@pytest.mark.parametrize("command", [[], ["start"]])
def test_a_data_folder_that_cannot_be_written_is_rejected_with_one_sentence(
    capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    options = ["--port", "0", "--capture", "off", "--data", "/proc/data"]
    said = rejection(capsys, *command, *options)
    assert said.startswith("trtc-recorder: cannot store tasks in --data /proc/data: ")
    assert said.count("\n") == 1


@pytest.mark.usefixtures("key_pair")
def test_a_port_in_use_is_rejected_with_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = rejection(capsys, "--port", port, "--data", str(tmp_path))
    why = f"cannot listen on 127.0.0.1 port {port}: Address already in use"
    assert said == f"trtc-recorder: {why}\n"


def test_the_help_names_every_option_but_the_secret_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    said = capsys.readouterr().out
    for name in Settings.model_fields:
        assert (f"--{name.replace('_', '-')} " in said) == (name not in ENVIRONMENT_ONLY)


def test_the_readme_lists_every_option_and_its_default() -> None:
    readme = (Path(__file__).parents[2] / "recorder" / "README.md").read_text()
    for name, field in Settings.model_fields.items():
        secret = name in ENVIRONMENT_ONLY
        option = f"`TRTC_RECORDER_{name.upper()}`" if secret else f"`--{name.replace('_', '-')}`"
        default = "required" if field.is_required() else f"`{field.default}`"
        assert f"| {option} | {default} |".replace("| `` |", "| |") in readme


EVERY_OPTION = """
secret_id=AKID secret_key=key host=::1 port=1 data=elsewhere control=on capture=off capture_limit=5
opening_timeout=20.0 page_error_limit=60.0 time_zone=Asia/Shanghai language=zh-CN
callback_url=http://127.0.0.1/callbacks callback_key=callbackkey visible_after=1.5 stop_delay=2.0
storage_endpoint=http://127.0.0.1:9000 public_url=https://recorder.example.com
allow_hosts=api.internal,10.0.0.0/8
requests_per_second=3 task_quota=4 quota_code=LimitExceeded failed_start_burns=False
ended_record_ids_reusable=True record_id_scope=account clock_offset=-5.0
"""


def test_every_option_has_a_name_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    values = dict(each.split("=") for each in EVERY_OPTION.split())
    assert set(values) == set(Settings.model_fields) > set(Switches.model_fields)
    for name, value in values.items():
        monkeypatch.setenv(f"TRTC_RECORDER_{name.upper()}", value)
    settings = Settings()
    for name, value in values.items():
        given = getattr(settings, name)
        plain = given.get_secret_value() if isinstance(given, SecretStr) else given
        assert (name, str(plain)) == (name, value)
    assert Settings(port=2).port == 2
