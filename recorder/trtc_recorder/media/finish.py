"""Finishes the files of a recording after any end, also after a crash."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from ..tasks.events import MediaFile
from . import media_files, playlist
from .outputs import PLAYLIST

SHORTER = 1.0
"""Seconds by which a remuxed mp4 may be shorter than its fragments, whose last is truncated."""


async def finish(recording: Path, log: Path) -> tuple[MediaFile, ...]:
    """Complete the files in a task's folder; return them in order. Idempotent.

    Also works on the files of an encoder that was killed. Files without a playable frame are
    removed; a missing folder has no files. On a full disk an mp4 stays in fragments, which plays
    too. A file that cannot be checked, because it cannot be read or ffprobe fails, is left as it is
    and not returned; that is logged.
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
            media_files.leave(mp4, error, log)
    try:
        if (complete := await playlist.complete(recording, log)) is not None:
            files.append(MediaFile(PLAYLIST, "hls", complete.begun_at, complete.seconds))
    except OSError as error:
        media_files.leave(recording / PLAYLIST, error, log)
    return tuple(files)


async def _finish_mp4(mp4: Path, log: Path) -> MediaFile | None:
    fragmented = media_files.is_fragmented(mp4)
    seconds = await media_files.seconds(mp4, log)
    if seconds is None:
        mp4.unlink()
        return None
    ended_at = mp4.stat().st_mtime
    if fragmented:
        try:
            seconds = await _make_whole(mp4, seconds, log)
        except OSError as error:
            media_files.leave(mp4, error, log)
    return MediaFile(mp4.name, "mp4", ended_at - seconds, seconds)


async def _make_whole(mp4: Path, seconds: float, log: Path) -> float:
    """Replace a fragmented mp4 by a remuxed one, unless that is shorter than SHORTER allows.

    Return the length of the resulting file. Raises OSError.
    """
    written = mp4.stat()
    whole = mp4.with_name(f"{mp4.name}.tmp")
    try:
        if await media_files.remux(mp4, whole, written.st_mtime - seconds, log):
            length = await media_files.seconds(whole, log) or 0.0
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
