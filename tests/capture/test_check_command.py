"""`trtc-recorder check` as a process: what it prints, how it exits, and that nothing is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from capture.processes import below, gone
from page_server import Site
from shell_script import shell_script
from trtc_recorder.command import main
from waiting import until

COMMAND = [sys.executable, "-m", "trtc_recorder", "check"]


def check(
    folder: Path, *arguments: str, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run it, with temporary files in `folder`: none may be left there."""
    ran = subprocess.run(
        [*COMMAND, *arguments],
        env={**os.environ, "TMPDIR": str(folder), **variables},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert list(folder.iterdir()) == []
    assert "CANARY" not in ran.stdout + ran.stderr
    return ran


def test_a_page_that_can_be_recorded_exits_with_0(tmp_path: Path, pages: Site) -> None:
    ran = check(tmp_path, f"{pages.address}/clock?token=CANARY", "--seconds", "3")
    assert (ran.returncode, ran.stderr) == (0, "")
    said = ran.stdout.splitlines()
    assert said[:2] == [f"{pages.address}/clock", "TRTC can record this page as it is."]
    assert [line.strip().split("  ")[0] for line in said[2:]] == ["first paint", "picture", "sound"]


def test_a_page_that_cannot_be_recorded_exits_with_1(tmp_path: Path) -> None:
    ran = check(tmp_path, "-", "--json", stdin="http://nowhere.invalid/?token=CANARY\n")
    assert (ran.returncode, ran.stderr) == (1, "")
    told, reason = json.loads(ran.stdout), "net::ERR_NAME_NOT_RESOLVED"
    assert told["failure"] == f"Goto url timeout: {reason}"
    assert told["requests"] == [{"url": "http://nowhere.invalid/", "reason": reason}]
    assert told["first_paint"] is None
    assert [each["severity"] for each in told["findings"]] == [
        "cannot be recorded as it is",
        "worth knowing",
    ]


@pytest.mark.slow
def test_page_device_and_timeout_are_as_they_were_given(tmp_path: Path, pages: Site) -> None:
    pages.reports.clear()
    device = ["--mobile", "phone-landscape", "--ready-timeout", "1"]
    ran = check(tmp_path, *device, RECORD_URL=f"{pages.address}/viewport?token=CANARY")
    assert ran.returncode == 1
    assert "Page load timeout" in ran.stdout
    assert [640, 360, 2] in [viewport[:3] for _, viewport in pages.reports]


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        ([], {"RECORD_URL": ""}, "name a page: trtc-recorder check URL, or set RECORD_URL"),
        (["ftp://example.com/?token=CANARY"], {}, "must be an http:// or https:// URL"),
        (["http://x/", "--width", "2560"], {}, "width = 2560: must be from 0 to 1920"),
        (["http://x/", "--ready-timeout", "61"], {}, "ready-timeout = 61: must be from 0 to 60"),
        (["http://x/", "--seconds", "0"], {}, "must be from 2 to 3600"),
        (["http://x/"], {"PATH": "/nowhere"}, "Xvfb"),
        (["http://x/"], {"TRTC_RECORDER_OPENING_TIMEOUT": "-1"}, "opening_timeout: "),
    ],
)
def test_what_cannot_be_checked_exits_with_2_and_says_why(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    variables: Mapping[str, str],
    said: str,
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments])
    assert ended.value.code == 2
    output, error = capsys.readouterr()
    assert output == ""
    assert said in error
    assert "CANARY" not in error


@pytest.mark.parametrize(
    ("program", "output", "said"),
    [
        pytest.param(
            "ffmpeg",
            "Unknown encoder 'libx264'",
            "ffmpeg cannot record (Unknown encoder 'libx264'): install ffmpeg 5.1",
            marks=pytest.mark.slow,
        ),
        (
            "node",
            "error while loading shared libraries: libatomic.so.1: cannot",
            "Playwright's driver cannot be started: the library libatomic.so.1 is",
        ),
    ],
)
def test_a_machine_that_cannot_record_exits_with_2_and_says_what_is_missing(
    tmp_path: Path, pages: Site, program: str, output: str, said: str
) -> None:
    broken = shell_script(tmp_path / "bin" / program, f'echo "{output}" >&2; exit 1')
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    changes = {"PATH": f"{broken.parent}:{os.environ['PATH']}"}
    if program == "node":
        changes["PLAYWRIGHT_NODEJS_PATH"] = str(broken)
    ran = check(temporary, f"{pages.address}/clock?token=CANARY", **changes)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_nothing_is_left(
    tmp_path: Path, pages: Site, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [*COMMAND, f"{pages.address}/clock", "--seconds", "600"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        until(lambda: "encoder" in below(process.pid).values())
        children = below(process.pid)
        process.send_signal(number)
        begun = time.monotonic()
        output, _ = process.communicate(timeout=60)
        assert time.monotonic() - begun < 30
    assert (process.returncode, output) == (128 + number, b"")
    until(lambda: gone(children), seconds=5)
    assert list(tmp_path.iterdir()) == []
