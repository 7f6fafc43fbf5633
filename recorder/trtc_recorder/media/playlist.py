"""The HLS playlist of a finished recording."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import pairwise
from pathlib import Path

from . import media_files
from .outputs import PLAYLIST, SEGMENT_SECONDS

END = "#EXT-X-ENDLIST"


@dataclass(frozen=True)
class Playlist:
    """A complete recording: `segments` are the names and seconds; `begun_at` is Unix seconds."""

    segments: dict[str, float]
    begun_at: float

    def text(self) -> str:
        """Returns the playlist as a file."""
        begun = datetime.fromtimestamp(self.begun_at, timezone.utc).isoformat("T", "milliseconds")
        head = [
            "#EXTM3U",
            "#EXT-X-VERSION:6",
            f"#EXT-X-TARGETDURATION:{max(map(math.ceil, self.segments.values()))}",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            f"#EXT-X-PROGRAM-DATE-TIME:{begun}",
        ]
        body = [f"#EXTINF:{length:.6f},\n{name}" for name, length in self.segments.items()]
        return "\n".join([*head, *body, END, ""])

    @property
    def seconds(self) -> float:
        """Its length."""
        return sum(self.segments.values())


async def complete(recording: Path, log: Path) -> Playlist | None:
    """Write the playlist of all segments; None if there are none. Raises OSError.

    The last segment may be truncated: it is listed with its actual length, or not at all if ffprobe
    fails. On a full disk the old playlist is closed instead.
    """
    path = recording / PLAYLIST
    listed = _listed(path)
    files = sorted(recording.glob("recording_*.ts"))
    segments = {file.name: listed.get(file.name, SEGMENT_SECONDS) for file in files}
    if files and (last := files[-1]).name not in listed:
        del segments[last.name]
        try:
            if (length := await media_files.seconds(last, log)) is None:
                last.unlink()
            else:
                segments[last.name] = length
        except OSError as error:
            media_files.leave(last, error, log)
    if not segments:
        path.unlink(missing_ok=True)
        return None
    name, length = next(iter(segments.items()))
    playlist = Playlist(segments, (recording / name).stat().st_mtime - length)
    new = recording / f"{PLAYLIST}.tmp"
    try:
        new.write_text(playlist.text())
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        _close(path)
    return playlist


def _listed(path: Path) -> dict[str, float]:
    """Returns the segments that a playlist lists, and their seconds."""
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return {
        name: float(extinf[1])
        for line, name in pairwise(lines)
        if (extinf := re.fullmatch(r"#EXTINF:([\d.]+),.*", line))
    }


def _close(path: Path) -> None:
    if path.exists() and END not in path.read_text(errors="replace"):
        with suppress(OSError), path.open("a") as file:
            file.write(f"{END}\n")
