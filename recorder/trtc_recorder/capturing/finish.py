"""Settling a recording's folder after whatever end: whole files, and what they are."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from ..tasks.events import MediaFile
from . import media, playlist
from .outputs import PLAYLIST

SHORTER = 1.0
"""Seconds by which an mp4 in one piece may be shorter than in fragments, whose last is cut off."""


async def finish(recording: Path, log: Path) -> tuple[MediaFile, ...]:
    """Complete the files in a task's folder; return them in order. May be repeated.

    It takes what an encoder left that was killed, however long ago. What holds nothing that can
    be played is removed, and a folder that is not there holds nothing. Where the disk is full, an
    mp4 stays in fragments, which plays too. A file that cannot be judged, because it cannot be read
    or ffprobe does not work, is left as it is and not returned, and the log says so.
    """
    for leftover in recording.glob("*.tmp"):
        with suppress(OSError):
            leftover.unlink()
    files = []
    for mp4 in sorted(recording.glob("recording_*.mp4"), key=_number):
        try:
            if (file := await _finish_mp4(mp4, log)) is not None:
                files.append(file)
        except OSError as error:
            media.leave(mp4, error, log)
    try:
        if (complete := await playlist.complete(recording, log)) is not None:
            files.append(MediaFile(PLAYLIST, "hls", complete.begun_at, complete.seconds))
    except OSError as error:
        media.leave(recording / PLAYLIST, error, log)
    return tuple(files)


async def _finish_mp4(mp4: Path, log: Path) -> MediaFile | None:
    fragmented = media.is_fragmented(mp4)
    seconds = await media.seconds(mp4, log)
    if seconds is None:
        mp4.unlink()
        return None
    ended_at = mp4.stat().st_mtime
    if fragmented:
        try:
            seconds = await _make_whole(mp4, seconds, log)
        except OSError as error:
            media.leave(mp4, error, log)
    return MediaFile(mp4.name, "mp4", ended_at - seconds, seconds)


async def _make_whole(mp4: Path, seconds: float, log: Path) -> float:
    """Put an mp4 in one piece in the place of its fragments, unless it came out shorter.

    Return the length of what is there then. Raises OSError.
    """
    written = mp4.stat()
    whole = mp4.with_name(f"{mp4.name}.tmp")
    try:
        if await media.remux(mp4, whole, written.st_mtime - seconds, log):
            length = await media.seconds(whole, log) or 0.0
            if length >= seconds - SHORTER:
                os.utime(whole, ns=(written.st_atime_ns, written.st_mtime_ns))
                whole.replace(mp4)
                return length
    finally:
        with suppress(OSError):
            whole.unlink(missing_ok=True)
    return seconds


def _number(file: Path) -> int:
    return int(re.sub(r"\D", "", file.stem))
