"""A virtual X display (Xvfb) for one page."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import Process
from io import FileIO
from pathlib import Path

from . import child_processes

TIMEOUT = 10.0
"""Seconds for the X server to start."""


class Display:
    """A running Xvfb; `name` is the value of DISPLAY, such as `:3`."""

    def __init__(self, process: Process, name: str, own_log: Path, log: Path) -> None:
        self._process = process
        self.name = name
        self._own_log = own_log
        self._log = log

    @classmethod
    async def start(cls, program: Path, size: tuple[int, int], runtime: Path, log: Path) -> Display:
        """Start an X server of this size in pixels. Raises ProgramFailed if it does not start.

        It listens on an abstract socket alone: a file would stay if it is killed.
        """
        own_log = runtime / "display.log"
        reads, writes = os.pipe()
        pipe = os.fdopen(reads, "rb", buffering=0)
        try:
            width, height = size
            options = ["-displayfd", str(writes), "-nolisten", "tcp", "-nolisten", "unix"]
            process = await child_processes.start(
                [program, *options, "-noreset", "-screen", "0", f"{width}x{height}x24"],
                environment=child_processes.environment(runtime),
                log=own_log,
                pass_fds=[writes],
            )
        finally:
            os.close(writes)
        try:
            number = await asyncio.wait_for(_line(pipe), TIMEOUT)
            return cls(process, f":{int(number)}", own_log, log)
        except (ValueError, asyncio.TimeoutError):
            await child_processes.end(process)
            output = child_processes.log_failure(own_log, log)
            raise child_processes.ProgramFailed("the X server did not start", output) from None
        except BaseException:
            await child_processes.end(process)
            raise

    async def ended(self) -> str:
        """Wait for its end; return the reason."""
        await self._process.wait()
        child_processes.log_failure(self._own_log, self._log)
        return "the X server died"

    async def stop(self) -> None:
        """End it."""
        await child_processes.end(self._process)


async def _line(pipe: FileIO) -> bytes:
    """Returns the first line from a pipe, which is closed afterwards."""
    lines = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), pipe
    )
    try:
        return await lines.readline()
    finally:
        transport.close()
