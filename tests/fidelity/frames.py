"""Judging the decoded frames of a recording: every one of them, every pixel."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from capture.video import probe
from fidelity.site import COLOUR

TOLERANCE = 12
"""Of 255: a pixel that differs by more from the page's colour is foreign."""


def foreign_frames(file: Path, colour: str = COLOUR) -> tuple[int, int]:
    """How many frames a recording of a page of one colour has, and how many have another pixel."""
    size = probe(file)
    flat = f"color=c=0x{colour}:s={size.width}x{size.height}:r=25"
    compare = (
        "[0:v]format=gbrp[page];[1:v]format=gbrp[flat];"
        "[page][flat]blend=all_mode=difference:shortest=1,format=gray,signalstats,"
        "metadata=print:key=lavfi.signalstats.YMAX:file=-"
    )
    command = ["ffmpeg", "-v", "error", "-i", str(file), "-f", "lavfi", "-i", flat]
    command += ["-filter_complex", compare, "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    farthest = [float(value) for value in re.findall(r"YMAX=(\S+)", told)]
    return len(farthest), sum(difference > TOLERANCE for difference in farthest)
