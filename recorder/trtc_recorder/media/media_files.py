"""Checks and remuxes media files with ffprobe and ffmpeg."""

from __future__ import annotations

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from . import child_processes

STALLED = 60.0
"""Seconds without a byte read or written after which a program is killed. It has no other limit: a
file of a day takes as long as its disk takes."""

INVALID = 1
"""ffprobe's exit code for an invalid file."""

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath)}


async def seconds(file: Path, log: Path) -> float | None:
    """Returns the length of a file; None if it has no frame that can be decoded.

    Raises OSError if ffprobe fails: it is missing, killed or hangs.
    """
    wanted = ["-show_entries", "frame=pts_time:format=duration", "-of", "json"]
    first_frame = ["-select_streams", "v:0", "-read_intervals", "%+#1"]
    command = ["ffprobe", "-v", "fatal", *first_frame, *wanted, str(file.absolute())]
    code, output = await _run(command, log)
    if code == INVALID:
        return None
    try:
        found = json.loads(output) if code == 0 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OSError(f"ffprobe failed with exit code {code}")
    length = found.get("format", {}).get("duration")
    return float(length) if found.get("frames") and length else None


async def remux(fragmented: Path, whole: Path, begun_at: float, log: Path) -> bool:
    """Remux an mp4 to a single file with the index first; return success. Raises OSError.

    Truncated packets are dropped; any other error is fatal (`-xerror`): without that, ffmpeg exits
    with 0 if the disk is full when the index is written.
    """
    begun = datetime.fromtimestamp(begun_at, timezone.utc).isoformat()
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "fatal", "-y", "-xerror"]
    command += ["-fflags", "+discardcorrupt", "-i", str(fragmented.absolute())]
    command += ["-map", "0", "-c", "copy", "-metadata", f"creation_time={begun}"]
    command += ["-movflags", "+faststart", "-f", "mp4", str(whole.absolute())]
    code, _ = await _run(command, log)
    return code == 0


def is_fragmented(mp4: Path) -> bool:
    """Returns whether an mp4 is in fragments, by the box after its header."""
    with mp4.open("rb") as file:
        for _ in range(4):
            head = file.read(8)
            size, kind = int.from_bytes(head[:4], "big"), head[4:]
            if kind == b"moof" or size < len(head):
                return kind == b"moof"
            file.seek(size - len(head), os.SEEK_CUR)
    return False


def leave(file: Path, why: OSError, log: Path) -> None:
    """Log that a file stays as it is."""
    with suppress(OSError), log.open("a") as lines:
        lines.write(f"{file.name} is left as it is: {why}\n")


async def _run(command: Sequence[str], log: Path) -> tuple[int, bytes]:
    """Run a program: its exit code and output; -1 if it was killed since it made no progress."""
    process = await child_processes.start(
        command,
        environment=ENVIRONMENT,
        log=log if log.parent.is_dir() else Path(os.devnull),
        stdout=PIPE,
    )
    ending = asyncio.ensure_future(process.communicate())
    try:
        moved = None
        while not ending.done():
            before, moved = moved, _bytes_moved(process.pid)
            if moved == before:
                return -1, b""
            await asyncio.wait([ending], timeout=STALLED)
        output, _ = ending.result()
    finally:
        ending.cancel()
        await child_processes.end(process)
    return await process.wait(), output


def _bytes_moved(process_id: int) -> str:
    """Returns what a process has read and written so far, to compare."""
    try:
        return Path(f"/proc/{process_id}/io").read_text()
    except OSError as error:
        return str(error)
