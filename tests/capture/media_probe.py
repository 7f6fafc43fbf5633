"""Probes media files: by ffprobe, and by decoding their frames and sound."""

from __future__ import annotations

import itertools
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from capture.pages import BEEP_EVERY, BIT, BITS

RATE = 8000
"""Samples a second to which sound is decoded."""


@dataclass(frozen=True)
class Probe:
    """What ffprobe finds: seconds, the picture's size, whether there is sound, the format."""

    seconds: float
    width: int
    height: int
    sound: bool
    format: str


def probe(file: Path | str) -> Probe:
    """Probe a file or playlist."""
    found = json.loads(_ffprobe(file, "-show_format", "-show_streams", "-of", "json"))
    kinds = {stream["codec_type"]: stream for stream in found["streams"]}
    picture = kinds["video"]
    return Probe(
        seconds=float(found["format"]["duration"]),
        width=picture["width"],
        height=picture["height"],
        sound="audio" in kinds,
        format=found["format"]["format_name"],
    )


def _ffprobe(file: Path | str, *options: str, log: str = "error") -> str:
    command = ["ffprobe", "-v", log, *options, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def frame_count(file: Path) -> int:
    """How many frames can be decoded, up to the first that cannot."""
    entries = ["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames"]
    return int(_ffprobe(file, *entries, "-of", "csv=p=0", log="fatal").split()[0].strip(","))


def frame_times(file: Path) -> list[float]:
    """The time of every frame of the picture."""
    entries = ["-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]
    return [float(line.split(",")[0]) for line in _ffprobe(file, *entries).split()]


def decoded(file: Path, *options: str) -> bytes:
    """What ffmpeg decodes with these options."""
    command = ["ffmpeg", "-v", "error", "-i", str(file), *options, "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


@dataclass(frozen=True)
class Frame:
    """A decoded frame of the clock page: `at` seconds, its number, and whether it flashes."""

    at: float
    number: int
    flashes: bool


def frames(file: Path, rate: int = 25) -> list[Frame]:
    """Every frame of a recording of the clock page, read from its strip."""
    crop = f"crop={BITS * BIT}:{2 * BIT}:0:0,scale={BITS}:2:flags=area,format=gray"
    raw = decoded(file, "-vf", crop, "-f", "rawvideo")
    size = 2 * BITS
    found = []
    for index in range(len(raw) // size):
        strip = raw[index * size : (index + 1) * size]
        number = sum(1 << bit for bit in range(BITS) if strip[bit] > 127)
        found.append(Frame(index / rate, number, strip[BITS] > 127))
    return found


def beeps(file: Path) -> list[float]:
    """When each beep begins, in seconds."""
    raw = decoded(file, "-ac", "1", "-ar", str(RATE), "-f", "u8")
    step = RATE // 100
    loud = [
        max(abs(value - 128) for value in raw[at : at + step]) > 25
        for at in range(0, len(raw) - step, step)
    ]
    begun = [n for n in range(1, len(loud)) if loud[n] and not loud[n - 1]]
    return [n / 100 for n in begun if n / 100 > 0.1]


def flashes(file: Path) -> list[float]:
    """When each flash begins, in seconds."""
    turns = itertools.pairwise(frames(file))
    return [now.at for before, now in turns if now.flashes and not before.flashes]


def sound_is_late_by(file: Path) -> float:
    """Seconds by which the beeps come after their flashes; the median."""
    lit = flashes(file)
    assert lit, "no flash was recorded"
    offsets = []
    for beep in beeps(file):
        nearest = min(lit, key=lambda flash: abs(flash - beep))
        if abs(nearest - beep) < BEEP_EVERY / 2:
            offsets.append(beep - nearest)
    assert offsets, "no beep was recorded"
    return sorted(offsets)[len(offsets) // 2]


def all_of_one_colour(file: Path) -> bool:
    """Whether every part of the last second's picture has the same colour."""
    raw = decoded(file, "-vf", "scale=16:9:flags=area,format=gray", "-f", "rawvideo")
    picture = raw[-16 * 9 :]
    return max(picture) - min(picture) < 8
