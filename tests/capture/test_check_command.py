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
from page_server import Site, flat, served
from waiting import until

COMMAND = [sys.executable, "-m", "trtc_recorder", "check"]


def environment(folder: Path, **changes: str) -> dict[str, str]:
    return {**os.environ, "TMPDIR": str(folder), **changes}


def check(
    folder: Path, *arguments: str, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run it, with temporary files in `folder`: none may be left there."""
    ran = subprocess.run(
        [*COMMAND, *arguments],
        env=environment(folder, **variables),
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


def test_a_page_that_cannot_be_recorded_exits_with_1(tmp_path: Path, pages: Site) -> None:
    ran = check(tmp_path, "-", "--json", stdin=f"{pages.address}/404?token=CANARY\n")
    assert (ran.returncode, ran.stderr) == (1, "")
    told = json.loads(ran.stdout)
    assert told["failure"] == "Goto url timeout: HTTP status 404"
    assert [each["severity"] for each in told["findings"]] == [
        "cannot be recorded as it is",
        "worth knowing",
    ]


@pytest.mark.slow
def test_a_page_is_named_in_the_environment_and_its_timeout_holds(
    tmp_path: Path, pages: Site
) -> None:
    page = f"{pages.address}/never-ready?token=CANARY"
    ran = check(tmp_path, "--ready-timeout", "1", RECORD_URL=page)
    assert ran.returncode == 1
    assert "Page load timeout" in ran.stdout


@pytest.mark.slow
def test_a_phone_is_what_the_page_is_shown_on(tmp_path: Path, pages: Site) -> None:
    pages.reports.clear()
    device = ["--mobile", "phone-landscape", "--seconds", "2"]
    ran = check(tmp_path, f"{pages.address}/viewport", *device)
    assert ran.returncode == 0
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
    tmp_path: Path, arguments: list[str], variables: Mapping[str, str], said: str
) -> None:
    ran = check(tmp_path, *arguments, **variables)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.slow
def test_a_page_that_leads_to_an_error_exits_with_1(tmp_path: Path, pages: Site) -> None:
    error = f"{pages.address}/500?token=CANARY"
    with served({"/": flat(f"setTimeout(() => {{ location = '{error}' }}, 1000)")}) as site:
        ran = check(tmp_path, site.address, "--seconds", "3")
    assert ran.returncode == 1
    assert "The page went wrong and was loaded again" in ran.stdout
    assert "HTTP status 500" in ran.stdout


def test_a_machine_that_cannot_be_set_up_exits_with_2(tmp_path: Path, pages: Site) -> None:
    programs, temporary = tmp_path / "programs", tmp_path / "temporary"
    for folder in (programs, temporary):
        folder.mkdir()
    broken = programs / "pulseaudio"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o700)
    path = f"{programs}:{os.environ['PATH']}"
    ran = check(temporary, f"{pages.address}/clock?token=CANARY", PATH=path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "the recorder could not be set up" in ran.stderr


def test_a_driver_that_does_not_start_exits_with_2_and_says_what_is_missing(
    tmp_path: Path, pages: Site
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    node = tmp_path / "node"
    loader = "error while loading shared libraries: libatomic.so.1: cannot open"
    node.write_text(f"#!/bin/sh\necho '{loader}' >&2\nexit 127\n")
    node.chmod(0o700)
    ran = check(temporary, f"{pages.address}/clock?token=CANARY", PLAYWRIGHT_NODEJS_PATH=str(node))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Playwright's driver cannot be started: the library libatomic.so.1 is" in ran.stderr
    assert "libatomic1" in ran.stderr


@pytest.mark.parametrize(
    "number", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGTERM]
)
def test_a_signal_ends_it_and_nothing_is_left(
    tmp_path: Path, pages: Site, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [*COMMAND, f"{pages.address}/clock", "--seconds", "600"],
        env=environment(tmp_path),
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
