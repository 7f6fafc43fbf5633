"""A recorder process: start, stop, events."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress

from ..media import child_processes
from ..tasks.events import Event
from ..tasks.storage import LOG
from ..worker.job import Job, event_of_line

STOP_TIMEOUT = 35.0
"""Seconds for a process to end after `stop`, before it is killed with all its children."""


class RecorderProcess:
    """One running `python -m trtc_recorder.worker`, with a job. Raises OSError."""

    def __init__(self, job: Job) -> None:
        with (job.working / LOG).open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "trtc_recorder.worker"],
                env=child_processes.inherited(job.runtime),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._write(job.line())

    def stop(self) -> None:
        """Ask it to end; kill it after STOP_TIMEOUT."""
        self._write("stop")
        overdue = threading.Timer(STOP_TIMEOUT, self._kill)
        overdue.daemon = True
        overdue.start()

    def events(self) -> Iterator[Event]:
        """Yields its events, until it has ended."""
        with self._process:
            assert self._process.stdout is not None  # noqa: S101
            for line in self._process.stdout:
                yield event_of_line(line.decode())

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None  # noqa: S101
        with suppress(OSError, ValueError):  # it has ended
            os.write(self._process.stdin.fileno(), f"{line}\n".encode())

    def _kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
