"""What an encoder leaves, and looking at what it becomes."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from pathlib import Path

from trtc_recorder.media.finish import finish
from trtc_recorder.tasks.events import MediaFile

ENDED_AT = 1_700_000_000
"""When the files were written: long ago."""

SOURCES = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-f", "lavfi", "-i", "sine=440:r=48000"]
CODECS = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac", "-shortest"]
FRAGMENTS = ["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-flush_packets", "1"]


def ffmpeg(*arguments: str | Path) -> None:
    """Run it."""
    command = ["ffmpeg", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True)


def fragments(folder: Path) -> bytes:
    """An mp4 of 6 s in fragments, as an encoder leaves it."""
    file = folder / "fragmented.mp4"
    ffmpeg(*SOURCES, "-t", "6", *CODECS, *FRAGMENTS, file)
    return file.read_bytes()


def hls_segments(folder: Path) -> list[bytes]:
    """Three HLS segments of 4 s each."""
    cut = ["-f", "segment", "-segment_time", "4", "-g", "100", "-sc_threshold", "0"]
    ffmpeg(*SOURCES, "-t", "12", *CODECS, *cut, folder / "%d.ts")
    return [(folder / f"{number}.ts").read_bytes() for number in range(3)]


def write(folder: Path, **contents: bytes) -> None:
    """Write `recording_0_mp4=…` and the like, long ago."""
    for name, content in contents.items():
        file = folder / re.sub("_(mp4|ts|m3u8|tmp)", r".\1", name)
        file.write_bytes(content)
        os.utime(file, (ENDED_AT, ENDED_AT))


def listing(*names: str, end: bool = False) -> bytes:
    """A playlist of these segments, each of 4 s."""
    entries = "".join(f"#EXTINF:4.000000,\n{name}\n" for name in names)
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:4\n"
    return f"{head}{entries}{'#EXT-X-ENDLIST' if end else ''}".encode()


def finished(folder: Path) -> tuple[MediaFile, ...]:
    """Finish, with the log beside the folder."""
    return asyncio.run(finish(folder, folder.parent / "recorder.log"))


def names(folder: Path) -> set[str]:
    """What is in a folder."""
    return {file.name for file in folder.iterdir()}


def boxes(mp4: Path) -> list[str]:
    """The kinds of an mp4's boxes, in order."""
    content, at, kinds = mp4.read_bytes(), 0, []
    while at < len(content):
        kinds.append(content[at + 4 : at + 8].decode())
        at += int.from_bytes(content[at : at + 4], "big")
    return kinds


def frame_count(file: Path) -> int:
    """How many frames can be decoded."""
    entries = ["-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames"]
    command = ["ffprobe", "-v", "fatal", *entries, "-of", "csv=p=0", str(file)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(told.split()[0].strip(","))


def listed(playlist: Path) -> list[str]:
    """The segments that a playlist lists."""
    return [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
