"""Small films for the viewer to play, made by ffmpeg as the recorder makes its own."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCES = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-f", "lavfi", "-i", "sine")
CODECS = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25")
FRAGMENTED = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")


@dataclass(frozen=True)
class Films:
    """`mp4` (4 s), an `hls` folder with `recording.m3u8` (10 s), a `live` one, and a `poster`."""

    mp4: Path
    hls: Path
    live: Path
    poster: Path


def made(ffmpeg: Path, folder: Path) -> Films:
    """The films, in `folder`."""
    films = Films(*(folder / name for name in ("film.mp4", "hls", "live", "poster.jpg")))
    films.hls.mkdir()
    films.live.mkdir()
    _run(ffmpeg, *SOURCES, "-t", "4", *CODECS, "-c:a", "aac", *FRAGMENTED, films.mp4)
    _run(
        *(ffmpeg, *SOURCES, "-t", "10", *CODECS, "-c:a", "aac", "-f", "hls", "-hls_time", "1"),
        *("-hls_playlist_type", "event"),
        *("-hls_segment_filename", films.hls / "recording_%05d.ts", films.hls / "recording.m3u8"),
    )
    _run(ffmpeg, "-i", films.mp4, "-frames:v", "1", films.poster)
    for segment in films.hls.glob("*.ts"):
        (films.live / segment.name).write_bytes(segment.read_bytes())
    finished = (films.hls / "recording.m3u8").read_text().splitlines()
    running = (n for n in finished if n not in ("#EXT-X-ENDLIST", "#EXT-X-PLAYLIST-TYPE:EVENT"))
    (films.live / "live.m3u8").write_text("\n".join(running) + "\n")
    return films


def _run(ffmpeg: Path, *options: str | Path) -> None:
    subprocess.run([ffmpeg, "-v", "error", "-y", *options], check=True, timeout=60)
