"""Whether a video shows one flat colour and nothing else, in every pixel of every frame."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

TOLERANCE = 6
"""Steps of 255 by which a pixel may differ because of the encoding."""


def foreign_frames(file: Path) -> list[int]:
    """The frames with a pixel that differs from the first frame's average; also an odd first."""
    first: list[float] | None = None
    foreign = []
    for number, (lowest, average, highest) in enumerate(_planes(file)):
        first = first or average
        near = [(a - TOLERANCE, a + TOLERANCE) for a in first]
        ends = zip(near, lowest, highest, strict=True)
        if any(low < least or high > most for (least, most), low, high in ends):
            foreign.append(number)
    assert first is not None, "no frame was recorded"
    return foreign


def frame_count(file: Path) -> int:
    """How many frames there are."""
    return sum(1 for _ in _planes(file))


def colour(file: Path, at: float = 0) -> tuple[int, int, int]:
    """The average red, green and blue of the frame at so many seconds."""
    command = ["ffmpeg", "-v", "error", "-ss", str(at), "-i", str(file), "-frames:v", "1"]
    command += ["-vf", "scale=1:1:flags=area,format=rgb24", "-f", "rawvideo", "-"]
    red, green, blue = subprocess.run(command, capture_output=True, check=True).stdout
    return red, green, blue


def _planes(file: Path) -> Iterator[tuple[list[float], list[float], list[float]]]:
    """The lowest, average and highest value of each plane (Y, U, V), frame by frame."""
    command = ["ffprobe", "-v", "error", "-f", "lavfi", "-of", "csv=p=0"]
    keys = [f"lavfi.signalstats.{plane}{kind}" for plane in "YUV" for kind in ("MIN", "AVG", "MAX")]
    entries = f"frame_tags={','.join(keys)}"
    source = f"movie={file.name},signalstats"
    ran = subprocess.run(
        [*command, "-show_entries", entries, "-i", source],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    for line in ran.stdout.split():
        values = [float(value) for value in line.strip(",").split(",")]
        yield values[0::3], values[1::3], values[2::3]
