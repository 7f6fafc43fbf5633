"""The temporary folder of a recording is removed, at the latest when the next is made."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from trtc_recorder.worker import runtime_folder
from trtc_recorder.worker.runtime_folder import new_runtime, remove_runtime

USES_ONE = """
import pathlib, sys
from trtc_recorder.worker.runtime_folder import lock_runtime
lock_runtime(pathlib.Path(sys.argv[1]))
print(flush=True)
input()
"""


def test_it_is_removed_although_a_process_that_is_being_ended_writes_into_it(
    tmp_path: Path,
) -> None:
    runtime = tmp_path / "trtc-recorder-1"
    runtime.mkdir()
    for number in range(500):
        (runtime / f"file-{number}").touch()
    begun = threading.Event()

    def write_for_a_moment() -> None:
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            with suppress(OSError):
                (runtime / f"profile-{time.monotonic_ns()}").touch()
            begun.set()

    writer = threading.Thread(target=write_for_a_moment)
    writer.start()
    begun.wait()
    remove_runtime(runtime)
    writer.join()
    assert not runtime.exists()


def test_that_of_a_killed_process_is_removed_when_the_next_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(runtime_folder, "LONGEST", 4096)
    used, starting, target = (
        tmp_path / name for name in ("trtc-recorder-1", "trtc-recorder-2", "a")
    )
    for folder in (used, starting, target):
        folder.mkdir()
    (used / "profile").touch()
    (tmp_path / "trtc-recorder-3").symlink_to(target)
    for folder in (used, target):
        os.utime(folder, (0, 0))
    command = [sys.executable, "-c", USES_ONE, str(used)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        remove_runtime(new_runtime())
        assert used.exists()
        process.kill()
    remove_runtime(new_runtime())
    assert not used.exists()
    assert starting.exists()
    assert target.exists()
