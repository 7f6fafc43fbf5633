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

    def __init__(self, process: Process, name: str) -> None:
        self._process = process
        self.name = name

    @classmethod
    async def start(cls, program: Path, screen: Screen, runtime: Path, log: Path) -> Display:
        """Start an X server of this size. Raises RuntimeError if it does not start."""
        reads, writes = os.pipe()
        pipe = os.fdopen(reads, "rb", buffering=0)
        try:
            size = f"{screen.width}x{screen.height}x24"
            options = ["-displayfd", str(writes), "-nolisten", "tcp", "-noreset"]
            environment = {"HOME": str(runtime), "PATH": os.environ.get("PATH", os.defpath)}
            process = await children.start(
                [program, *options, "-screen", "0", size],
                environment=environment,
                log=log,
                pass_fds=[writes],
            )
        finally:
            os.close(writes)
        try:
            number = await asyncio.wait_for(_line(pipe), TIMEOUT)
            return cls(process, f":{int(number)}")
        except ValueError:
            await children.end(process)
            raise RuntimeError("the X server did not start") from None
        except BaseException:
            await children.end(process)
            raise

    async def ended(self) -> str:
        """Wait for its end; return the reason."""
        await self._process.wait()
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
