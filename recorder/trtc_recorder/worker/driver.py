"""Tries Playwright's driver: the program, in Node.js, that controls the browser."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from ..media import child_processes
from .start_errors import of_program

NAME = "Playwright's driver"

TIMEOUT = 20.0
"""Seconds for it to print its version. It takes about half a second."""


async def failure(runtime: Path) -> str | None:
    """Returns why the driver cannot be started; None if it prints its version."""
    log = runtime / "driver.log"
    command = [sys.executable, "-m", "playwright", "--version"]
    process = await child_processes.start(
        command, environment=child_processes.inherited(runtime), log=log
    )
    try:
        code = await asyncio.wait_for(process.wait(), TIMEOUT)
    except asyncio.TimeoutError:
        return f"{NAME} cannot be started: it does not respond within {TIMEOUT:g} s"
    finally:
        await child_processes.end(process)
    if code == 0:
        return None
    return f"{NAME} cannot be started: {of_program(log.read_text(errors='replace'), code)}"
