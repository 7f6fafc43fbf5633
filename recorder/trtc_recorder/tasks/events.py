"""Events of a task while it is recorded: for callbacks and the viewer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "started",
    "start failed",
    "abnormal",
    "page refreshed",
    "limit reached",
    "ended",
    "files ready",
    "relay",
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


RelayState = Literal["idle", "connecting", "running", "recovering", "failed", "disconnecting"]


@dataclass(frozen=True)
class Relayed:
    """The state of the relay to `url`, which has a stream key and is left out of `repr`."""

    state: RelayState
    url: str = field(repr=False)


@dataclass(frozen=True)
class Event:
    """One event; `files` only with `files ready`, `relayed` only with `relay`."""

    kind: Kind
    message: str = ""
    files: tuple[MediaFile, ...] = ()
    relayed: Relayed | None = None
