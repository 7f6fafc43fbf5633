"""A virtual X display (Xvfb) for one page."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import Process
from io import FileIO
from pathlib import Path

from . import children
from .screen import Screen

TIMEOUT = 10.0
"""Seconds for the X server to start."""


class Display:
    """A running Xvfb; `name` is the value of DISPLAY, such as `:3`."""

    def __init__(self, process: Process, name: str, noise: Path, log: Path) -> None:
        self._process = process
        self.name = name
        self._noise = noise
        self._log = log

    @classmethod
    async def start(cls, program: Path, screen: Screen, runtime: Path, log: Path) -> Display:
        """Start an X server of this size. Raises RuntimeError if it does not start.

        It listens on an abstract socket alone: a file would stay if it is killed.
        """
        noise = runtime / "display.log"
        reads, writes = os.pipe()
        pipe = os.fdopen(reads, "rb", buffering=0)
        try:
            size = f"{screen.width}x{screen.height}x24"
            options = ["-displayfd", str(writes), "-nolisten", "tcp", "-nolisten", "unix"]
            process = await children.start(
                [program, *options, "-noreset", "-screen", "0", size],
                environment=children.environment(runtime),
                log=noise,
                pass_fds=[writes],
            )
        finally:
            os.close(writes)
        try:
            number = await asyncio.wait_for(_line(pipe), TIMEOUT)
            return cls(process, f":{int(number)}", noise, log)
        except ValueError:
            await children.end(process)
            children.log_failure(noise, log)
            raise RuntimeError("the X server did not start") from None
        except BaseException:
            await children.end(process)
            raise

    async def ended(self) -> str:
        """Wait for its end; return the reason."""
        await self._process.wait()
        children.log_failure(self._noise, self._log)
        return "the X server died"

    async def stop(self) -> None:
        """End it."""
        await children.end(self._process)


async def _line(pipe: FileIO) -> bytes:
    """The first line from a pipe, which is closed afterwards."""
    lines = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), pipe
    )
    try:
        return await lines.readline()
    finally:
        transport.close()
