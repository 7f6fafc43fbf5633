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
    "uploaded",
    "upload failed",
    "relay",
]

EndingEvent = Literal["start failed", "abnormal", "limit reached"]
"""Why a task ends by itself."""

ENDING: frozenset[Kind] = frozenset({"start failed", "abnormal"})
"""Events that end a task; their message is the end reason."""

UPLOAD_ENDED: frozenset[Kind] = frozenset({"uploaded", "upload failed"})
"""Events that follow `files ready`, with the same files, where they are uploaded."""


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
class Upload:
    """The upload of one recording's files. `message`: why it failed, as the store puts it."""

    state: Literal["pending", "uploaded", "failed"]
    message: str = ""


RelayState = Literal["idle", "connecting", "running", "recovering", "failed", "disconnecting"]


@dataclass(frozen=True)
class Relayed:
    """The state of the relay to `url`, which has a stream key and is left out of `repr`."""

    state: RelayState
    url: str = field(repr=False)


@dataclass(frozen=True)
class Event:
    """One event; `files` only once they are finished, `relayed` only with `relay`."""

    kind: Kind
    message: str = ""
    files: tuple[MediaFile, ...] = ()
    relayed: Relayed | None = None
