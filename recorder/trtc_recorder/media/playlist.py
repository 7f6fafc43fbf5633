"""The HLS playlist of a finished recording."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import pairwise, zip_longest
from pathlib import Path

from . import media_files
from .outputs import PLAYLIST, SEGMENT_SECONDS

DISCONTINUITY = "#EXT-X-DISCONTINUITY"
END = "#EXT-X-ENDLIST"


@dataclass(frozen=True)
class Playlist:
    """A complete recording: `segments` are the names and seconds; `begun_at` is Unix seconds.

    `discontinuous` are the segments with which another encoder began.
    """

    segments: dict[str, float]
    begun_at: float
    discontinuous: frozenset[str] = frozenset()

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
        body = [
            line
            for name, length in self.segments.items()
            for line in (
                *([DISCONTINUITY] if name in self.discontinuous else []),
                f"#EXTINF:{length:.6f},",
                name,
            )
        ]
        return "\n".join([*head, *body, END, ""])

    @property
    def seconds(self) -> float:
        """Its length."""
        return sum(self.segments.values())


async def complete(recording: Path, log: Path) -> Playlist | None:
    """Write the playlist of all segments; None if there are none. Raises OSError.

    Each encoder's last segment may be truncated: it is listed with its actual length, or not at all
    if ffprobe fails. On a full disk the old playlist is closed instead.
    """
    path = recording / PLAYLIST
    later = sorted(recording.glob("recording_*.m3u8"))
    discontinuous = frozenset(
        [*_discontinuous(path), *(each.with_suffix(".ts").name for each in later)]
    )
    listed = {name: seconds for each in (path, *later) for name, seconds in _listed(each).items()}
    files = sorted(recording.glob("recording_*.ts"))
    segments = {file.name: listed.get(file.name, SEGMENT_SECONDS) for file in files}
    for last, after in zip_longest(files, files[1:]):
        if last.name in listed or (after is not None and after.name not in discontinuous):
            continue
        try:
            if (length := await media_files.seconds(last, log)) is not None:
                segments[last.name] = length
                continue
            last.unlink()
        except OSError as error:
            media_files.leave(last, error, log)
        del segments[last.name]
    if not segments:
        path.unlink(missing_ok=True)
        return None
    name, length = next(iter(segments.items()))
    playlist = Playlist(segments, (recording / name).stat().st_mtime - length, discontinuous)
    new = recording / f"{PLAYLIST}.tmp"
    try:
        new.write_text(playlist.text())
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink()
        _close(path)
    else:
        for each in later:
            each.unlink()
    return playlist


def _listed(path: Path) -> dict[str, float]:
    """Returns the segments that a playlist lists, and their seconds."""
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return {
        name: float(extinf[1])
        for line, name in pairwise(lines)
        if (extinf := re.fullmatch(r"#EXTINF:([\d.]+),.*", line))
    }


def _discontinuous(path: Path) -> list[str]:
    """Returns the segments that come after a discontinuity in a complete playlist."""
    text = path.read_text(errors="replace") if path.exists() else ""
    return re.findall(rf"^{DISCONTINUITY}\n#EXTINF:.*\n(.+)$", text, re.MULTILINE)


def _close(path: Path) -> None:
    if path.exists() and END not in path.read_text(errors="replace"):
        with suppress(OSError), path.open("a") as file:
            file.write(f"{END}\n")
