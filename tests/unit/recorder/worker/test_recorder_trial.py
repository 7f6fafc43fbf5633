"""Whether this machine can record is tried, and why it cannot is told with the cure."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from shell_script import shell_script
from trtc_recorder.media.child_processes import ProgramFailed
from trtc_recorder.worker import driver, trial
from trtc_recorder.worker.programs import Programs, ProgramsMissing, find
from trtc_recorder.worker.start_errors import of_program, why_not_set_up

LIBRARY_MISSING = "x: error while loading shared libraries: libatomic.so.1: cannot open"

Script = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def here() -> Programs:
    """The programs of this machine."""
    try:
        return find()
    except ProgramsMissing as why:
        pytest.skip(str(why))


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Make a program, by its name, of a shell script's lines."""
    return lambda name, lines: shell_script(tmp_path / name, lines)


def failure(here: Programs, **instead: Path) -> str:
    """Why a machine with these programs `instead` does not record."""
    why = trial.failure(dataclasses.replace(here, **instead))
    told = re.fullmatch(
        "Pages are not recorded here because (.*). Then restart the service.", why or ""
    )
    assert told
    return told[1]


def test_a_machine_on_which_every_program_does_its_part_is_no_failure(here: Programs) -> None:
    assert trial.failure(here) is None


def test_each_program_that_does_not_do_its_part_is_told(
    here: Programs, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "PLAYWRIGHT_NODEJS_PATH", str(script("node", f"echo '{LIBRARY_MISSING}' >&2; exit 127"))
    )
    chromium = script("chromium", "echo 'no such flag' >&2; exit 2")
    xvfb = script("xvfb", "echo why >&2; exit 1")
    assert failure(here, chromium=chromium, xvfb=xvfb, ffprobe=script("ffprobe", "exit 1")) == (
        "Chromium cannot be started: it ended with 2, its last words are 'no such flag'; "
        f"Playwright's driver cannot be started: {of_program(LIBRARY_MISSING, 127)}; "
        "the X server did not start, its last words are 'why'; "
        "ffprobe cannot be started: it ended with 1; run it by hand to see why"
    )


def test_a_browser_that_shows_nothing_and_a_sound_server_that_ends_are_told(
    here: Programs, script: Script
) -> None:
    silent, ends = script("chromium", "exit 0"), script("pulseaudio", "exit 1")
    assert failure(here, chromium=silent, pulseaudio=ends) == (
        "Chromium cannot be started: it ended with 0; run it by hand to see why; "
        "the sound server did not start"
    )


def test_a_browser_that_may_not_be_run_and_an_ffmpeg_that_breaks_are_told(
    here: Programs, script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("ffmpeg", "echo broken >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    why = failure(here, chromium=tmp_path)
    assert "Permission denied" in why
    assert why.endswith("the encoder ended with 1, its last words are 'broken'")


def test_a_machine_without_a_folder_for_temporary_files_is_told_to_set_one(
    here: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc")
    assert "there is no folder for temporary files (/proc/trtc-recorder-" in failure(here)


def test_programs_that_hang_are_not_waited_for_without_end(
    here: Programs, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "TIMEOUT", 0.5)
    monkeypatch.setattr(driver, "TIMEOUT", 0.5)
    hangs = script("hangs", "exec sleep 30")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(hangs))
    why = failure(here, chromium=hangs)
    assert "Chromium cannot be started: it does not respond within 0.5 s" in why
    assert "driver cannot be started: it does not respond within 0.5 s" in why


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (LIBRARY_MISSING, "the library libatomic.so.1 is missing: .*libatomic1"),
        ("x: error while loading shared libraries: libGL.so.1: no", "libGL.so.1 is missing: "),
        ("FATAL:zygote_host_impl_linux.cc No usable sandbox!", "package chromium-sandbox, or"),
        ("(EE) Failed to activate virtual core keyboard: 2", "needs a /tmp that it can write to"),
        (
            "Unknown input format: 'pulse'",
            r"cannot record \(Unknown .* 'pulse'\): install ffmpeg 5",
        ),
        ("Unrecognized option 'fps_mode'.", r"cannot record \(Unrecognized option 'fps_mode'\)"),
        ("Unknown encoder 'libx264'", r"cannot record \(Unknown encoder 'libx264'\)"),
    ],
)
def test_what_a_program_has_written_has_its_cure(
    monkeypatch: pytest.MonkeyPatch, written: str, reason: str
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    for told in (of_program(written, 1), why_not_set_up(ProgramFailed("it ended", written))):
        assert re.search(reason, told)


def test_a_failed_start_of_a_recording_names_its_part() -> None:
    assert why_not_set_up(RuntimeError("the X server did not start")) == (
        "the X server did not start"
    )
    assert "chromium-sandbox" in why_not_set_up(Exception("… No usable sandbox! …"))
    assert "TMPDIR" in why_not_set_up(OSError(28, "No space left on device"))
