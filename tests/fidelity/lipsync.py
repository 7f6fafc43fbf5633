"""By how much each beep of a recorded page of `beats` comes after its flash."""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fidelity.flash_and_beep import BEAT

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
class Beat:
    """A flash at `at` seconds, and by how many seconds its beep comes after it."""

    at: float
    late: float


@dataclass(frozen=True)
class Lipsync:
    """The beats of a recording; `unmatched` flashes have no beep near them."""

    beats: Sequence[Beat]
    unmatched: int

    @property
    def least(self) -> float:
        """Seconds by which the earliest beep is late."""
        return min(beat.late for beat in self.beats)

    @property
    def median(self) -> float:
        """Seconds by which half of the beeps are late."""
        return _median(self.beats)

    @property
    def greatest(self) -> float:
        """Seconds by which the latest beep is late."""
        return max(beat.late for beat in self.beats)

    @property
    def drift(self) -> float:
        """Seconds by which sound is later in the last fifth than in the first."""
        fifth = max(1, len(self.beats) // 5)
        return _median(self.beats[-fifth:]) - _median(self.beats[:fifth])


def lipsync(file: Path) -> Lipsync:
    """Look at a recording of a page of `beats`: a flash is when the first frame of it is shown."""
    heard, beats, unmatched = beeps(file), [], 0
    for flash in _flashes(file):
        beep = min(heard, key=lambda beep: abs(beep - flash), default=float("inf"))
        if abs(beep - flash) < BEAT / 2:
            beats.append(Beat(flash, beep - flash))
        else:
            unmatched += 1
    return Lipsync(beats, unmatched)


def beeps(file: Path) -> list[float]:
    """When each beep begins: sound after at least a tenth of a second of silence."""
    samples = _decoded(file, "-ac", "1", "-ar", str(RATE), "-f", "u8")
    begun, heard = [], -RATE
    for at in range(0, len(samples) - STEP, STEP):
        part = samples[at : at + STEP]
        if max(part) - min(part) > LOUD:
            if at - heard > RATE / 10:
                begun.append(at / RATE)
            heard = at
    return begun


def _median(beats: Sequence[Beat]) -> float:
    return statistics.median(beat.late for beat in beats)


def _decoded(file: Path, *options: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-i", str(file), *options, "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def _flashes(file: Path) -> list[float]:
    raw = _decoded(file, "-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo")
    lit = [value > 127 for value in raw]
    return [n * FRAME for n in range(1, len(lit)) if lit[n] and not lit[n - 1]]
