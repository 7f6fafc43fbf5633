"""`python -m trtc_recorder.capturing`: make one recording, told and telling as `job` describes."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from contextlib import suppress
from threading import Timer

from ..tasks.events import Event
from . import children
from .job import Job, event_line
from .worker import Recording

ENDING_PATIENCE = 25.0
"""Seconds for everything to end once it is to, before it is killed."""


async def main() -> None:
    """Take a job from stdin, and record until a further line or the end of stdin."""
    lines = await _stdin()
    job = Job.of_line((await lines.readline()).decode())
    stop = asyncio.ensure_future(lines.readline())
    stop.add_done_callback(lambda _: _end_in_time())
    try:
        with children.held(job.lock):
            await Recording(job, _tell, stop).run()
    finally:
        shutil.rmtree(job.runtime, ignore_errors=True)


async def _stdin() -> asyncio.StreamReader:
    lines = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    return lines


def _tell(event: Event) -> None:
    with suppress(BrokenPipeError):  # a service that was killed listens no more
        os.write(sys.stdout.fileno(), f"{event_line(event)}\n".encode())


def _end_in_time() -> None:
    """Kill this process and its group, the browser's driver among them, should it take too long."""
    overdue = Timer(ENDING_PATIENCE, os.killpg, [os.getpgid(0), signal.SIGKILL])
    overdue.daemon = True
    overdue.start()


asyncio.run(main())
