"""Monitors the page beside the encoder: updates the poster (a thumbnail), and reports the picture's
checksum and the sound's peak once a second.

As another output of the encoder, streams with so few frames would delay the audio; as outputs of
one process, the poster would delay the sound's.
"""

from __future__ import annotations

import asyncio
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path

from ..tasks.storage import POSTER
from . import child_processes
from .source import Source

WIDTH = 640
"""Pixels of the poster."""

EVERY = 4
"""Seconds between two posters."""

FFMPEG = ("ffmpeg", "-hide_banner", "-loglevel", "fatal", "-y")
AT_ONCE = ("-probesize", "32", "-analyzeduration", "0")
"""Options of an input that is not examined first."""

RATE = 48000
PEAK = "lavfi.astats.Overall.Peak_level"

CHECKSUM = re.compile(r"^0,.*\b(0x[0-9a-f]+)", re.IGNORECASE)
LOUDEST = re.compile(rf"^{re.escape(PEAK)}=(-?[\d.]+|-inf)$")


def _picture(source: Source) -> list[str]:
    """Returns the command that writes the poster, and a line with each second's checksum."""
    poster = ["-vf", f"fps=1/{EVERY}:round=up,scale={WIDTH}:-2", "-c:v", "mjpeg", "-q:v", "4"]
    poster += ["-f", "image2", "-update", "1", "-atomic_writing", "1", POSTER]
    checksums = ["-c:v", "copy", "-flush_packets", "1", "-f", "framecrc", "pipe:1"]
    command = [*FFMPEG, *AT_ONCE, "-fpsprobesize", "0", *source.picture(1)]
    return [*command, "-map", "0:v", *poster, "-map", "0:v", *checksums]


def _sound(source: Source) -> list[str]:
    """Returns the command that writes a line with each second's loudest sample."""
    loudest = [
        f"asetnsamples=n={RATE}",
        "astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=Peak_level",
        rf"ametadata=print:key={PEAK}:file=pipe\\:1:direct=1",
    ]
    command = [*FFMPEG, *AT_ONCE, *source.monitor(RATE)]
    return [*command, "-af", ",".join(loudest), "-f", "null", "-"]


OnPicture = Callable[[str], None]
"""Called with the checksum of each second's picture."""

OnSound = Callable[[float], None]
"""Called with the loudest sample of each second, in dB of full scale."""


class Monitor:
    """The two processes that monitor a page."""

    def __init__(
        self, picture: Process, sound: Process, on_picture: OnPicture, on_sound: OnSound
    ) -> None:
        self._picture, self._sound = picture, sound
        self._reading = [
            asyncio.create_task(_read(picture, CHECKSUM, on_picture)),
            asyncio.create_task(_read(sound, LOUDEST, lambda peak: on_sound(float(peak)))),
        ]

    @classmethod
    async def begin(
        cls, source: Source, working: Path, log: Path, on_picture: OnPicture, on_sound: OnSound
    ) -> Monitor:
        """Monitor until it is stopped, with the poster in `working`. Raises OSError."""
        picture, sound = [
            await child_processes.start(
                command, environment=source.environment, log=log, folder=working, stdout=PIPE
            )
            for command in (_picture(source), _sound(source))
        ]
        return cls(picture, sound, on_picture, on_sound)

    async def stop(self) -> None:
        """End it. The sound's process would wait for more of it first."""
        await child_processes.end(self._sound, politely=signal.SIGKILL)
        await child_processes.end(self._picture)
        await asyncio.wait(self._reading)


async def _read(process: Process, pattern: re.Pattern[str], report: Callable[[str], None]) -> None:
    assert process.stdout is not None  # noqa: S101
    async for line in process.stdout:
        if found := pattern.match(line.decode().strip()):
            report(found[1])
