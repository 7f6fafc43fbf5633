"""Media files, as ffprobe and ffmpeg see them."""

from __future__ import annotations

import asyncio
import json
import os
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from . import children

PROBE_PATIENCE, REMUX_PATIENCE = 60.0, 900.0
"""Seconds after which a file is given up."""

INVALID = 1
"""What ffprobe ends with that cannot make anything of a file."""

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath)}


async def seconds(file: Path, log: Path) -> float | None:
    """The length of a file; None when it has no frame that can be decoded.

    Raises OSError where ffprobe does not come to a judgement: it is missing, killed or hangs.
    """
    wanted = ["-show_entries", "frame=pts_time:format=duration", "-of", "json"]
    first_frame = ["-select_streams", "v:0", "-read_intervals", "%+#1"]
    command = ["ffprobe", "-v", "fatal", *first_frame, *wanted, str(file.absolute())]
    code, told = await _run(command, log, PROBE_PATIENCE)
    if code == INVALID:
        return None
    try:
        found = json.loads(told) if code == 0 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OSError(f"ffprobe said nothing of it and ended with {code}")
    length = found.get("format", {}).get("duration")
    return float(length) if found.get("frames") and length else None


async def remux(fragmented: Path, whole: Path, begun_at: float, log: Path) -> bool:
    """Write an mp4 anew, in one piece, its index first; whether it worked. Raises OSError.

    A packet that was cut off is left out; every other error is one (`-xerror`): without that,
    ffmpeg ends with 0 where the disk is full only when the index is written.
    """
    begun = datetime.fromtimestamp(begun_at, timezone.utc).isoformat()
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "fatal", "-y", "-xerror"]
    command += [
        "-fflags",
        "+discardcorrupt",
        "-i",
        str(fragmented.absolute()),
        "-map",
        "0",
        "-c",
        "copy",
    ]
    command += ["-metadata", f"creation_time={begun}"]
    command += ["-movflags", "+faststart", "-f", "mp4", str(whole.absolute())]
    code, _ = await _run(command, log, REMUX_PATIENCE)
    return code == 0


def is_fragmented(mp4: Path) -> bool:
    """Whether an mp4 is in fragments; by the box that follows its header."""
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
    with suppress(OSError), log.open("a") as said:
        said.write(f"{file.name} is left as it is: {why}\n")


async def _run(command: Sequence[str], log: Path, patience: float) -> tuple[int, bytes]:
    """The return code and the output of a program; one that takes too long is killed."""
    process = await children.start(
        command,
        environment=ENVIRONMENT,
        log=log if log.parent.is_dir() else Path(os.devnull),
        stdout=PIPE,
    )
    try:
        told, _ = await asyncio.wait_for(process.communicate(), patience)
    except asyncio.TimeoutError:
        return -1, b""
    finally:
        await children.end(process)
    return await process.wait(), told
