"""Whether a browser can be started is tried, and why it cannot is told with the cure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from trtc_recorder.capturing import trial
from trtc_recorder.capturing.programs import ProgramsMissing, find
from trtc_recorder.capturing.reasons import why_not_set_up


@pytest.fixture
def browser(tmp_path: Path) -> Callable[[str], Path]:
    """Make a browser of a shell script's lines."""

    def browser(lines: str) -> Path:
        program = tmp_path / "chromium"
        program.write_text(f"#!/bin/sh\n{lines}\n")
        program.chmod(0o755)
        return program

    return browser


def test_a_browser_that_starts_is_no_failure() -> None:
    try:
        programs = find()
    except ProgramsMissing as why:
        pytest.skip(str(why))
    assert trial.failure(programs.chromium) is None


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (
            "echo 'FATAL:zygote_host_impl_linux.cc No usable sandbox!' >&2; exit 1",
            "chromium-sandbox",
        ),
        ("echo 'FATAL: No usable sandbox!' >&2; exit 1", "kernel.unprivileged_userns_clone"),
        ("echo 'x: error while loading shared libraries: libnss3.so' >&2; exit 127", "completely"),
        ("exit 3", "it ended with 3"),
    ],
)
def test_a_browser_that_does_not_start_is_told_with_its_cure(
    browser: Callable[[str], Path], lines: str, reason: str
) -> None:
    why = trial.failure(browser(lines))
    assert why is not None
    assert why.startswith("Pages are not recorded here because Chromium cannot be started: ")
    assert reason in why


def test_a_browser_that_hangs_is_not_waited_for_without_end(
    browser: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "TIMEOUT", 0.5)
    why = trial.failure(browser("exec sleep 30"))
    assert why is not None
    assert "does not respond within 0.5 s" in why


def test_a_browser_that_may_not_be_run_is_told(tmp_path: Path) -> None:
    why = trial.failure(tmp_path)
    assert why is not None
    assert "Permission denied" in why


def test_a_failed_start_of_a_recording_names_its_part() -> None:
    assert why_not_set_up(RuntimeError("the X server did not start")) == (
        "the X server did not start"
    )
    assert "chromium-sandbox" in why_not_set_up(Exception("… No usable sandbox! …"))
    assert "TMPDIR" in why_not_set_up(OSError(28, "No space left on device"))
