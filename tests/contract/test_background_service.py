"""`trtc-recorder start`, `stop` and `status`, and the lock on a data folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from trtc_recorder import background
from trtc_recorder.background import LOG, Running, running
from trtc_recorder.command import main
from trtc_recorder.testing import SECRET_ID, SECRET_KEY

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """The command on a data folder: its exit code and output."""

    def run(*words: str) -> tuple[int, str, str]:
        environment = {
            "TRTC_RECORDER_SECRET_ID": SECRET_ID,
            "TRTC_RECORDER_SECRET_KEY": SECRET_KEY,
            "TRTC_RECORDER_DATA": str(tmp_path),
            "TRTC_RECORDER_CAPTURE": "off",
        }
        ran = subprocess.run(
            [sys.executable, "-m", "trtc_recorder", *words],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ran.returncode, ran.stdout, ran.stderr

    yield run
    run("stop")


def test_a_service_runs_in_the_background_until_it_is_stopped(
    command: Command, tmp_path: Path
) -> None:
    former = b"former line\n" * 100_000
    (tmp_path / LOG).write_bytes(former)
    code, said, _ = command("start", "--port", "0")
    assert (tmp_path / f"{LOG}.1").read_bytes() == former
    found = running(tmp_path)
    assert found is not None
    assert (code, said) == (
        0,
        f"trtc-recorder listening on {found.url} (log: {tmp_path / LOG})\n",
    )
    assert os.getsid(found.process) == found.process
    known = (0, f"trtc-recorder is running: {found.url}\n", "")
    assert command("status") == command("start") == known
    code, _, why = command("--port", "0")
    assert (code, why) == (2, f"trtc-recorder: another service uses the data folder {tmp_path}\n")
    assert command("stop") == (0, "trtc-recorder has stopped\n", "")
    assert command("status") == (1, "trtc-recorder is not running\n", "")
    assert command("stop")[0] == 0


def test_a_service_that_does_not_start_says_why(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said, why = command("start", "--port", port)
    refusal = f"trtc-recorder: cannot listen on 127.0.0.1 port {port}: Address already in use\n"
    assert (code, said, why) == (2, "", refusal)
    assert command("start", "--port", "-1")[0] == 2


@pytest.mark.parametrize(
    ("process", "code", "printed"),
    [
        (0, 1, "trtc-recorder runs in a container: stop that\n"),
        (PermissionError(1, "Operation not permitted"), 2, "of another user"),
        (ProcessLookupError(), 0, ""),
    ],
)
def test_a_service_that_cannot_be_signalled(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    process: int | OSError,
    code: int,
    printed: str,
) -> None:
    found = iter([Running(bool(process), "http://127.0.0.1:8790")])
    monkeypatch.setattr(background, "running", lambda _: next(found, None))
    monkeypatch.setattr(os, "kill", Mock(side_effect=process))
    with pytest.raises(SystemExit) as ended:
        main(["stop"])
    assert ended.value.code == code
    assert printed in capsys.readouterr().err
