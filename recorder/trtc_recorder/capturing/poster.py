"""The poster: a thumbnail of the page.

It is taken by a separate process: as another output of the encoder, a stream with so few frames
would delay the audio.
"""

from __future__ import annotations

from asyncio.subprocess import Process
from pathlib import Path

from . import children
from .source import Source

WIDTH = 640

EVERY = 4
"""Seconds."""


async def start(source: Source, folder: Path, name: str, log: Path) -> Process:
    """Keep the poster up to date in `folder`, until the process is ended."""
    looks = ["-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0", *source.picture(1)]
    picture = ["-vf", f"fps=1/{EVERY}:round=up,scale={WIDTH}:-2", "-c:v", "mjpeg", "-q:v", "4"]
    file = ["-f", "image2", "-update", "1", "-atomic_writing", "1", name]
    command = ["ffmpeg", "-hide_banner", "-loglevel", "fatal", "-y", *looks, *picture, *file]
    return await children.start(command, environment=source.environment, folder=folder, log=log)
