"""Probes media files: by ffprobe, and by decoding their frames and sound."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from capture.pages import BIT, BITS


@dataclass(frozen=True)
class Probe:
    """What ffprobe finds: seconds, the picture's size, whether there is sound, the format."""

    seconds: float
    width: int
    height: int
    sound: bool
    format: str


def probe(file: Path | str) -> Probe:
    found = json.loads(ffprobe(file, "-show_format", "-show_streams", "-of", "json"))
    kinds = {stream["codec_type"]: stream for stream in found["streams"]}
    picture = kinds["video"]
    return Probe(
        seconds=float(found["format"]["duration"]),
        width=picture["width"],
        height=picture["height"],
        sound="audio" in kinds,
        format=found["format"]["format_name"],
    )


def ffprobe(file: Path | str, *options: str, log: str = "error") -> str:
    command = ["ffprobe", "-v", log, *options, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def frame_count(file: Path) -> int:
    """How many frames can be decoded, up to the first that cannot."""
    entries = ["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames"]
    return int(ffprobe(file, *entries, "-of", "csv=p=0", log="fatal").split()[0].strip(","))


def frame_times(file: Path) -> list[float]:
    entries = ["-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]
    return [float(line.split(",")[0]) for line in ffprobe(file, *entries).split()]


def decoded(file: Path, *options: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-i", str(file), *options, "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def frame_numbers(file: Path) -> list[int]:
    """The number in every frame of a recording of the clock page, read from its strip."""
    crop = f"crop={BITS * BIT}:{BIT}:0:0,scale={BITS}:1:flags=area,format=gray"
    raw = decoded(file, "-vf", crop, "-f", "rawvideo")
    strips = (raw[at : at + BITS] for at in range(0, len(raw), BITS))
    return [sum(1 << bit for bit, value in enumerate(strip) if value > 127) for strip in strips]
