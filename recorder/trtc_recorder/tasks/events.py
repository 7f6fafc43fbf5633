"""Events of a task while it is recorded: for callbacks and the viewer."""

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
"""Events that end a task; their message is the end reason."""


@dataclass(frozen=True)
class MediaFile:
    """A finished file of a recording.

    `name` is its path within the task's folder; for HLS that of the playlist. `begun_at` is
    Unix seconds of the first frame, `seconds` its length.
    """

    name: str
    format: Literal["mp4", "hls"]
    begun_at: float
    seconds: float


@dataclass(frozen=True)
class Event:
    """One event; `files` only with `files ready`."""

    kind: Kind
    message: str = ""
    files: tuple[MediaFile, ...] = ()
