from __future__ import annotations

import threading
import time
from contextlib import suppress
from pathlib import Path

from trtc_recorder.worker.runtime_folder import remove_runtime


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
