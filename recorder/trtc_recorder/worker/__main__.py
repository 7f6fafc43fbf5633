"""`python -m trtc_recorder.worker`: make one recording; see `job` for its input and output."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from threading import Timer

from ..media import child_processes
from ..tasks.events import Event
from .job import Job, event_line
from .recording import Recording
from .runtime_folder import lock_runtime, remove_runtime

ENDING_TIMEOUT = 25.0
"""Seconds for everything to end after `stop`, before it is killed."""


async def main() -> None:
    """Read a job from stdin, and record until the next line or EOF."""
    lines = await _stdin()
    job = Job.of_line((await lines.readline()).decode())
    lock_runtime(job.runtime)
    stop = asyncio.ensure_future(lines.readline())
    stop.add_done_callback(lambda _: _end_in_time())
    try:
        with child_processes.locked(job.lock):
            await Recording(job, _report, stop).run()
    finally:
        remove_runtime(job.runtime)


async def _stdin() -> asyncio.StreamReader:
    lines = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    return lines


def _report(event: Event) -> None:
    with suppress(BrokenPipeError):  # the service was killed
        os.write(sys.stdout.fileno(), f"{event_line(event)}\n".encode())


def _end_in_time() -> None:
    """Kill this process group, with Playwright's driver, after ENDING_TIMEOUT."""
    overdue = Timer(ENDING_TIMEOUT, os.killpg, [os.getpgid(0), signal.SIGKILL])
    overdue.daemon = True
    overdue.start()


asyncio.run(main())
