"""The events of callbacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

from pydantic import SecretBytes

from .secret_url import SecretUrl


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of a task. All times are aware, in UTC, by TRTC's clock.

    TRTC names the task by its TaskId alone: a callback has no RecordId.

    Attributes:
        sdk_app_id: the header SdkAppId; None without it. The signature does not cover it.
        task_id: the TaskId as StartWebRecord returned it, without the suffix that some callbacks
            append; "" only in an `UnknownEvent`.
        happened_at: when it happened, to the millisecond (EventMsTs), else to the second (EventTs),
            else `sent_at`.
        sent_at: when this delivery was sent, to the millisecond (CallbackTs).
        group, type: EventGroupId and EventType.
        status: the Payload's Status, or LeaveCode; None without either.
        reason: the Payload's EventMessage, ErrorMsg or Errmsg, as sent, but for what is secret in
            URLs; "" without one.
        id: the same for each delivery of an event, and for no other event. TRTC sends no id, so it
            is a digest of all but the time of sending.
    """

    sdk_app_id: int | None
    task_id: str
    happened_at: datetime
    sent_at: datetime
    group: int
    type: int
    status: int | None
    reason: str
    id: str


class Started(Event):
    """The page is open and is recorded (801, status 1)."""


class Failed(Event):
    """The recording could not start (801, status 2), or broke off for good (801, status 5)."""


class PageNotOpened(Failed):
    """The page could not be opened, or did not report itself ready in its ReadyTimeout, twice."""


class Interrupted(Event):
    """An error that TRTC recovers from by itself (801, status 3); `Failed` follows if it cannot."""


class Migrated(Event):
    """TRTC moved the task to another machine; nothing to do (801, status 4)."""


class Ended(Event):
    """The task has ended (802). `reason` is always `Success`: an unexpected end has a
    `Failed` or `LimitReached` of its own, which may arrive later than this.
    """


class PageRefreshed(Event):
    """The page was loaded again (803, status 1)."""


class Paused(Event):
    """The recording pauses (803, status 2)."""


class Resumed(Event):
    """The recording goes on after a pause (803, status 3)."""


@dataclass(frozen=True, kw_only=True)
class LimitReached(Event):
    """The task ends because of a limit (804): `duration` is its MaxDurationLimit (status 1),
    `resolution` a video in the page of more than 1920x1080 (status 2).
    """

    limit: Literal["duration", "resolution"]


@dataclass(frozen=True, kw_only=True)
class UploadedFile:
    """A file of a recording.

    Attributes:
        name: its name.
        begun_at, ended_at: times of the first and the last frame, to the millisecond; None if the
            callback has none.
        file_id: VOD's FileId; "" on COS.
        url: where VOD plays it; None on COS.
    """

    name: str
    begun_at: datetime | None
    ended_at: datetime | None
    file_id: str = ""
    url: SecretUrl | None = None


@dataclass(frozen=True, kw_only=True)
class Uploaded(Event):
    """Files have been uploaded: mp4 to COS (310), any to VOD (311, one file each)."""

    files: tuple[UploadedFile, ...]


class AllUploaded(Event):
    """Nothing is left to upload: HLS on COS (305), anything on VOD (312)."""


@dataclass(frozen=True, kw_only=True)
class UploadFailed(Event):
    """Something was not uploaded (305, 310, 311, 312). With status 1, files are still on TRTC's
    servers (305, 310, 311).
    """

    files: tuple[UploadedFile, ...]


class RelayState(IntEnum):
    """The states of a relay to a CDN. The values are the vendor's.

    CONNECTING and RECOVERING are repeated every 5 s, until RUNNING, or FAILED after 60 s. The usual
    life is CONNECTING, RUNNING, DISCONNECTING, IDLE; FAILED ends in IDLE.
    """

    IDLE = 0
    CONNECTING = 1
    RUNNING = 2
    RECOVERING = 3
    FAILED = 4
    DISCONNECTING = 5


@dataclass(frozen=True, kw_only=True)
class RelayChanged(Event):
    """The state of a relay to `url`, which has a stream key (401).

    `error_code` is the Payload's ErrorCode; None without one.
    """

    state: RelayState
    url: SecretUrl
    error_code: int | None


@dataclass(frozen=True, kw_only=True)
class UnknownEvent(Event):
    """A group, type or status, or a form of a known one, that this version does not know.

    `body` is the whole callback; it may have secrets, so only `body.get_secret_value()` shows it.
    """

    body: SecretBytes
