"""What happens to a task while it is recorded, as it is told to callbacks and to whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "started",
    "start failed",
    "abnormal",
    "page refreshed",
    "limit reached",
    "ended",
    "files ready",
]

ENDING: frozenset[Kind] = frozenset({"start failed", "abnormal"})
"""What ends a task by itself; its message is the reason."""


@dataclass(frozen=True)
class MediaFile:
    """A finished file of a recording.

    `name` is its path within the task's folder; an HLS recording is its playlist. `begun_at` is
    Unix seconds of the first frame, `seconds` its length.
    """

    name: str
    format: Literal["mp4", "hls"]
    begun_at: float
    seconds: float


@dataclass(frozen=True)
class Event:
    """One thing that happened; `files` only with `files ready`."""

    kind: Kind
    message: str = ""
    files: tuple[MediaFile, ...] = ()
