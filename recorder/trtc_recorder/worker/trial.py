"""Starts every program that recording needs, as a recording does, without a page."""

from __future__ import annotations

import asyncio
import os
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from ..media import child_processes
from ..media.display import Display
from ..media.encoder import Encoder
from ..media.outputs import hls, live, mp4
from ..media.sound import Sound
from ..media.source import Source
from . import driver
from .programs import Programs
from .runtime_folder import new_runtime, remove_runtime
from .start_errors import of_program, why_not_set_up

TIMEOUT = 20.0
"""Seconds for each program to do its part and end. Chromium takes about one."""

BROWSER = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-crash-reporter",
    "--dump-dom",
    "about:blank",
)
EXPECTED = b"<html>"

SIZE = (640, 360)


def failure(programs: Programs) -> str | None:
    """Returns why pages are not recorded here, a sentence; None if every program works."""
    try:
        runtime = new_runtime()
    except OSError as error:
        failures = [str(error.strerror)]
    else:
        try:
            failures = asyncio.run(_failures(programs, runtime))
        finally:
            remove_runtime(runtime)
    if not failures:
        return None
    return f"Pages are not recorded here because {'; '.join(failures)}. Then restart the service."


async def _failures(programs: Programs, runtime: Path) -> list[str]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = [*BROWSER, *sandbox, f"--user-data-dir={runtime}/profile"]
    environment = child_processes.environment(runtime)
    tried = await asyncio.gather(
        _try(
            "Chromium",
            [programs.chromium, *browser],
            {**environment, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
            runtime,
            EXPECTED,
        ),
        driver.failure(runtime),
        _recorded(programs, runtime),
        _try("ffprobe", [programs.ffprobe, "-version"], environment, runtime),
    )
    return [each for each in tried if each is not None]


async def _recorded(programs: Programs, runtime: Path) -> str | None:
    """Returns why no picture and sound can be recorded, as each kind of file."""
    log, files = runtime / "media.log", runtime / "files"
    async with AsyncExitStack() as running:
        try:
            display = await Display.start(programs.xvfb, SIZE, runtime, log)
            running.push_async_callback(display.stop)
            sound = await Sound.start(programs.pulseaudio, runtime, log)
            running.push_async_callback(sound.stop)
            environment = {**sound.environment, "DISPLAY": display.name}
            source = Source(display.name, *SIZE, environment)
            encoder = await Encoder.begin(
                source,
                [live(), mp4(60), hls()],
                log,
                recording=files,
                working=files,
                runtime=runtime,
            )
            running.push_async_callback(encoder.stop)
            await encoder.first_frame()
        except (RuntimeError, OSError) as error:
            return why_not_set_up(error)
    return None


async def _try(
    name: str,
    command: Sequence[str | Path],
    environment: dict[str, str],
    runtime: Path,
    expected: bytes = b"",
) -> str | None:
    """Returns why this program does not end with 0 and `expected` in its output."""
    log = runtime / f"{name}.log"
    process = await child_processes.start(command, environment=environment, log=log, stdout=PIPE)
    try:
        output, _ = await asyncio.wait_for(process.communicate(), TIMEOUT)
    except asyncio.TimeoutError:
        return f"{name} cannot be started: it does not respond within {TIMEOUT:g} s"
    finally:
        await child_processes.end(process)
    if process.returncode == 0 and expected in output:
        return None
    why = of_program(log.read_text(errors="replace"), process.returncode)
    return f"{name} cannot be started: {why}"
