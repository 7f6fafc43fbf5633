"""By how much each beep of a recorded page of `flash_and_beep` comes after its flash."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from capture.media_probe import decoded
from fidelity.flash_and_beep import INTERVAL

RATE = 8000
"""Samples a second to which sound is decoded."""

STEP = 16
"""Samples over which loudness is taken: 2 ms."""

LOUD = 40
"""Of 255: the swing of a beep's samples."""

FRAME = 1 / 25

TOGETHER = 0.1
"""Seconds by which sound may come before or after its picture."""


@dataclass(frozen=True)
class Lipsync:
    """Seconds by which the beep of each flash of a recording comes after it; `unmatched` flashes
    have no beep near them.
    """

    delays: Sequence[float]
    unmatched: int

    @property
    def median(self) -> float:
        """Seconds by which half of the beeps are late."""
        return statistics.median(self.delays)


def lipsync(file: Path, crop: str = "") -> Lipsync:
    """Measure a recording: a flash begins with its first frame, in the whole picture or in `crop`,
    a filter of ffmpeg.
    """
    heard, delays, unmatched = beeps(file), [], 0
    for flash in _flashes(file, crop):
        beep = min(heard, key=lambda beep: abs(beep - flash), default=float("inf"))
        if abs(beep - flash) < INTERVAL / 2:
            delays.append(beep - flash)
        else:
            unmatched += 1
    return Lipsync(delays, unmatched)


def beeps(file: Path) -> list[float]:
    """When each beep begins: sound after at least a tenth of a second of silence."""
    sound = ["-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", str(RATE), "-f", "u8"]
    samples = decoded(file, *sound)
    begun, heard = [], -RATE
    for at in range(0, len(samples) - STEP, STEP):
        part = samples[at : at + STEP]
        if max(part) - min(part) > LOUD:
            if at - heard > RATE / 10:
                begun.append(at / RATE)
            heard = at
    return begun


def _flashes(file: Path, crop: str) -> list[float]:
    picture = ",".join(filter(None, ["fps=25:start_time=0", crop, "scale=1:1:flags=area"]))
    raw = decoded(file, "-vf", f"{picture},format=gray", "-f", "rawvideo")
    lit = [value > 127 for value in raw]
    return [n * FRAME for n in range(1, len(lit)) if lit[n] and not lit[n - 1]]
