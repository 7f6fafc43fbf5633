"""Whether this machine can record is tried, and why it cannot is told with the cure."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from shell_script import shell_script
from trtc_recorder.worker import driver, trial
from trtc_recorder.worker.programs import Programs, ProgramsMissing, find
from trtc_recorder.worker.start_errors import why_not_set_up

LIBRARY_MISSING = "echo 'x: error while loading shared libraries: {}: cannot open' >&2; exit 127"


@pytest.fixture(scope="module")
def here() -> Programs:
    """The programs of this machine."""
    try:
        return find()
    except ProgramsMissing as why:
        pytest.skip(str(why))


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    """Make a program of a shell script's lines."""
    return partial(shell_script, tmp_path / "program")


def failure(here: Programs, **instead: Path) -> str:
    """Why a machine with these programs `instead` does not record."""
    why = trial.failure(dataclasses.replace(here, **instead))
    assert why is not None
    assert why.startswith("Pages are not recorded here because ")
    assert why.endswith(". Then restart the service.")
    return why


def test_a_machine_on_which_every_program_does_its_part_is_no_failure(here: Programs) -> None:
    assert trial.failure(here) is None


@pytest.mark.parametrize(
    ("program", "lines", "reason"),
    [
        (
            "chromium",
            "echo 'FATAL:zygote_host_impl_linux.cc No usable sandbox!' >&2; exit 1",
            "because Chromium cannot be started: its sandbox cannot be used: install the package "
            "chromium-sandbox, or allow user namespaces (kernel.unprivileged_userns_clone=1",
        ),
        (
            "chromium",
            LIBRARY_MISSING.format("libnss3.so"),
            "because Chromium cannot be started: the library libnss3.so is missing: install",
        ),
        ("chromium", "exit 3", "it ended with 3"),
        ("chromium", "exit 0", "it ended with 0"),
        (
            "chromium",
            "echo 'no such flag' >&2; exit 2",
            "it ended with 2, its last words are 'no such flag'",
        ),
        ("xvfb", "exit 1", "the X server did not start"),
        ("xvfb", LIBRARY_MISSING.format("libGL.so.1"), "the library libGL.so.1 is missing"),
        (
            "xvfb",
            "echo '(EE) Failed to activate virtual core keyboard: 2' >&2; exit 1",
            "the X server needs a /tmp that it can write to",
        ),
        ("xvfb", "echo why >&2; exit 1", "the X server did not start, its last words are 'why'"),
        ("pulseaudio", "exit 1", "the sound server did not start"),
        ("ffprobe", "exit 1", "ffprobe cannot be started: it ended with 1"),
    ],
    ids=lambda value: value[:30],
)
def test_a_program_that_does_not_do_its_part_is_told_with_the_cure(
    here: Programs, script: Callable[[str], Path], program: str, lines: str, reason: str
) -> None:
    assert reason in failure(here, **{program: script(lines)})


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("broken", "the encoder ended with 1, its last words are 'broken'"),
        (
            "[in#0] Unknown input format: 'pulse'",
            "ffmpeg cannot record (Unknown input format: 'pulse'): install ffmpeg 5.1 or newer",
        ),
        ("Unrecognized option 'fps_mode'.", "cannot record (Unrecognized option 'fps_mode')"),
        ("Unknown encoder 'libx264'", "cannot record (Unknown encoder 'libx264')"),
    ],
)
def test_an_ffmpeg_that_is_too_old_or_lacks_something_is_told_with_what_it_lacks(
    here: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, message: str, reason: str
) -> None:
    shell_script(tmp_path / "ffmpeg", f'echo "{message}" >&2; exit 1')
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert reason in failure(here)


def test_a_driver_without_its_library_is_told_with_the_package_that_has_it(
    here: Programs, script: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    node = script(LIBRARY_MISSING.format("libatomic.so.1"))
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    why = failure(here)
    assert "Playwright's driver cannot be started: the library libatomic.so.1 is missing: " in why
    assert "libatomic1" in why


def test_a_machine_without_a_folder_for_temporary_files_is_told_to_set_one(
    here: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc")
    assert "there is no folder for temporary files (/proc/trtc-recorder-" in failure(here)


def test_programs_that_hang_are_not_waited_for_without_end(
    here: Programs, script: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "TIMEOUT", 0.5)
    monkeypatch.setattr(driver, "TIMEOUT", 0.5)
    hangs = script("exec sleep 30")
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(hangs))
    why = failure(here, chromium=hangs)
    assert "Chromium cannot be started: it does not respond within 0.5 s" in why
    assert "driver cannot be started: it does not respond within 0.5 s" in why


def test_a_browser_that_may_not_be_run_is_told(here: Programs, tmp_path: Path) -> None:
    assert "Permission denied" in failure(here, chromium=tmp_path)


def test_a_failed_start_of_a_recording_names_its_part() -> None:
    assert why_not_set_up(RuntimeError("the X server did not start")) == (
        "the X server did not start"
    )
    assert "chromium-sandbox" in why_not_set_up(Exception("… No usable sandbox! …"))
    assert "TMPDIR" in why_not_set_up(OSError(28, "No space left on device"))
