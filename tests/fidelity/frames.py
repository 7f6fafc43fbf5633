"""Judging the decoded frames of a recording: every one of them, every pixel."""

from __future__ import annotations

import re
from pathlib import Path

from capture.media_probe import decoded, probe
from page_server import COLOUR

TOLERANCE = 12
"""Of 255: a pixel that differs by more from the page's colour is foreign."""


BLACK, WHITE = "000000", "ffffff"


def foreign_frames(file: Path, *besides: str) -> tuple[int, int]:
    """How many frames a recording of a page of one colour has, and how many have another pixel.

    A frame all of one of the colours `besides` is not foreign.
    """
    differences = [_farthest(file, colour) for colour in (COLOUR, *besides)]
    nearest = [min(frame) for frame in zip(*differences, strict=True)]
    return len(nearest), sum(difference > TOLERANCE for difference in nearest)


def last_frames_are_the_pages(file: Path) -> bool:
    """Whether every frame of the last second has the page's colour alone."""
    return all(difference <= TOLERANCE for difference in _farthest(file, COLOUR)[-25:])


def _farthest(file: Path, colour: str) -> list[float]:
    """By how much the pixel that differs most from a colour does so, in each frame."""
    size = probe(file)
    flat = f"color=c=0x{colour}:s={size.width}x{size.height}:r=25"
    compare = (
        "[0:v]format=gbrp[page];[1:v]format=gbrp[flat];"
        "[page][flat]blend=all_mode=difference:shortest=1,format=gray,signalstats,"
        "metadata=print:key=lavfi.signalstats.YMAX:file=-"
    )
    options = ["-f", "lavfi", "-i", flat, "-filter_complex", compare, "-f", "null"]
    told = decoded(file, *options).decode()
    return [float(value) for value in re.findall(r"YMAX=(\S+)", told)]
