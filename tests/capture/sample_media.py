"""Media files as an encoder leaves them, made by ffmpeg."""

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
CODECS = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25"]
CODECS += ["-c:a", "aac", "-shortest"]
FRAGMENTS = ["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-flush_packets", "1"]


def ffmpeg(*arguments: str | Path) -> None:
    command = ["ffmpeg", "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=60)


def fragmented_mp4(file: Path, seconds: int) -> bytes:
    ffmpeg(*SOURCES, "-t", str(seconds), *CODECS, *FRAGMENTS, file)
    return file.read_bytes()


def hls_segments(folder: Path) -> list[bytes]:
    """Three HLS segments of 4 s each."""
    split = ["-f", "segment", "-segment_time", "4", "-g", "100", "-sc_threshold", "0"]
    ffmpeg(*SOURCES, "-t", "12", *CODECS, *split, folder / "%d.ts")
    return [(folder / f"{number}.ts").read_bytes() for number in range(3)]


class Films:
    """`mp4` (4 s), a folder `hls` with `recording.m3u8` (10 s), a `live` one, and a `poster`."""

    def __init__(self, folder: Path) -> None:
        names = ("film.mp4", "hls", "live", "poster.jpg")
        self.mp4, self.hls, self.live, self.poster = (folder / name for name in names)
        self.hls.mkdir()
        self.live.mkdir()
        fragmented_mp4(self.mp4, 4)
        playlist = self.hls / "recording.m3u8"
        segments = ["-hls_segment_filename", str(self.hls / "recording_%05d.ts")]
        kind = ["-f", "hls", "-hls_time", "1", "-hls_playlist_type", "event"]
        ffmpeg(*SOURCES, "-t", "10", *CODECS, *kind, *segments, playlist)
        ffmpeg("-i", self.mp4, "-frames:v", "1", self.poster)
        for segment in self.hls.glob("*.ts"):
            (self.live / segment.name).write_bytes(segment.read_bytes())
        ended = ("#EXT-X-ENDLIST", "#EXT-X-PLAYLIST-TYPE:EVENT")
        lines = [line for line in playlist.read_text().splitlines() if line not in ended]
        (self.live / "live.m3u8").write_text("\n".join(lines) + "\n")


def write(folder: Path, **contents: bytes) -> None:
    """Write `recording_0_mp4=…` and the like, long ago."""
    for name, content in contents.items():
        file = folder / re.sub("_(mp4|ts|m3u8|tmp)", r".\1", name)
        file.write_bytes(content)
        os.utime(file, (ENDED_AT, ENDED_AT))


def playlist_of(*numbers: int, end: bool = False) -> bytes:
    """A playlist of segments of these numbers, each of 4 s."""
    entries = "".join(f"#EXTINF:4.000000,\nrecording_0000{n}.ts\n" for n in numbers)
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:4\n"
    return f"{head}{entries}{'#EXT-X-ENDLIST' if end else ''}".encode()


def finished(folder: Path) -> tuple[MediaFile, ...]:
    """Finish a recording's files, with the log beside the folder."""
    return asyncio.run(finish(folder, folder.parent / "recorder.log"))


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def boxes(mp4: Path) -> list[str]:
    content, at, kinds = mp4.read_bytes(), 0, []
    while at < len(content):
        kinds.append(content[at + 4 : at + 8].decode())
        at += int.from_bytes(content[at : at + 4], "big")
    return kinds


def segments_in(playlist: Path) -> list[str]:
    return [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
