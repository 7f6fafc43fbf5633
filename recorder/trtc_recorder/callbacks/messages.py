"""A task's events in the format of the vendor's callbacks.

Names, numbers and texts are those of the vendor's pages "Cloud Recording and Web Page Recording
Webhooks" (trtc.io/document/54914), "Web Page Recording" (trtc.io/document/72325) and "Relay to CDN
Webhooks" (trtc.io/document/54913). None shows a complete file or relay callback of a page. So it
is inferred that these have no RoomId and no UserId, as a page has neither; that MediaId is `main`;
that 310 lists all files at once; that the time at the end of its TaskId is the task's start; that
a failed upload has an Errmsg in 305 and 310 as it has in 311; and that a relay's TaskId is the
recording's. A relay has no ErrorCode here: the vendor does not say
which exist.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..tasks.events import UPLOAD_ENDED, Event, Kind, MediaFile, Relayed, RelayState
from ..tasks.storage import file_id
from ..tasks.store import Task

FILES = 3
"""The event group of files. An EventType begins with its EventGroupId."""

PAGE_EVENTS: dict[Kind, tuple[int, tuple[int, ...], str]] = {
    "started": (801, (1,), "Success"),
    "start failed": (801, (2,), "StartRecording error"),
    "abnormal": (801, (3, 5), "Exception error, exit task"),
    "page refreshed": (803, (1,), "PageRefresh"),
    "limit reached": (804, (1,), "Over time limit"),
    "ended": (802, (1,), "Success"),
}
"""EventType, Status and EventMessage of each kind of event.

`abnormal` is two callbacks: Status 3 is an error, from which the vendor can recover, and 5 the end
of the task, which here always follows.
"""

WITH_OWN_MESSAGE: frozenset[Kind] = frozenset({"start failed", "abnormal", "page refreshed"})
"""The kinds whose EventMessage is the event's own message, if it has one."""

RELAY_STATUS: dict[RelayState, int] = {
    "idle": 0,
    "connecting": 1,
    "running": 2,
    "recovering": 3,
    "failed": 4,
    "disconnecting": 5,
}

TRACKS = {"TrackType": "audio_video", "MediaId": "main"}

VideoUrl = Callable[[Task, MediaFile], str]
"""Returns the URL of a file."""


@dataclass(frozen=True)
class Callback:
    """One callback. `info` is the EventInfo; its TaskId can have a suffix, `task_id` has none.

    `info` may have a stream key and is not shown.
    """

    sdk_app_id: int
    task_id: str
    group: int
    type: int
    info: dict[str, Any] = field(repr=False)

    def body(self, sent_at: float) -> bytes:
        """Returns the request body, with `sent_at` (Unix seconds) as CallbackTs."""
        return json.dumps(
            {
                "EventGroupId": self.group,
                "EventType": self.type,
                "CallbackTs": _milliseconds(sent_at),
                "EventInfo": self.info,
            }
        ).encode()


def callbacks_of(
    task: Task, event: Event, happened_at: float, video_url: VideoUrl
) -> list[Callback]:
    """Returns the callbacks of a task's event, in order. `happened_at` is Unix seconds."""
    if event.kind == "files ready" or event.kind in UPLOAD_ENDED:
        return list(_of_files(task, event, happened_at, video_url))
    if event.relayed is not None:
        return [_of_relay(task, event.relayed, event.message, happened_at)]
    number, statuses, text = PAGE_EVENTS[event.kind]
    if event.kind in WITH_OWN_MESSAGE:
        text = event.message or text
    payloads = ({"Status": status, "EventMessage": text} for status in statuses)
    return [callback(task, number, payload, happened_at) for payload in payloads]


def callback(task: Task, number: int, payload: Mapping[str, Any], happened_at: float) -> Callback:
    """Returns a callback of a task by its EventType. `happened_at` is Unix seconds."""
    group = number // 100
    suffix = f"_StartTimeMs_{_milliseconds(task.started_at)}" if number == 310 else ""
    info = {
        **({"EventTs": int(happened_at)} if group == FILES else {}),
        "EventMsTs": _milliseconds(happened_at),
        "TaskId": task.task_id + suffix,
        "Payload": payload,
    }
    return Callback(task.sdk_app_id, task.task_id, group, number, info)


def signature(key: str, body: bytes) -> str:
    """Returns the header Sign of `body`."""
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _of_relay(task: Task, relayed: Relayed, message: str, happened_at: float) -> Callback:
    payload: dict[str, Any] = {"Url": relayed.url, "Status": RELAY_STATUS[relayed.state]}
    if message:
        payload["ErrorMsg"] = message
    return callback(task, 401, payload, happened_at)


def _of_files(
    task: Task, event: Event, happened_at: float, video_url: VideoUrl
) -> Iterable[Callback]:
    files = event.files
    result: dict[str, Any] = {"Status": 0}
    if event.kind == "upload failed":
        result = {"Status": 1, "Errmsg": event.message}

    def of_files(number: int, payload: Mapping[str, Any]) -> Callback:
        return callback(task, number, {**result, **payload}, happened_at)

    if "CloudVod" in task.settings["StorageParams"]:
        for file in files:
            placed = {"FileId": file_id(task), "VideoUrl": video_url(task, file)}
            video = {**TRACKS, **placed, "CacheFile": file.name, **_span(file)}
            yield of_files(311, {"TencentVod": video})
        if files:
            yield of_files(312, {})
        return
    mp4s = [file for file in files if file.format == "mp4"]
    if mp4s:
        file_messages = [{"FileName": file.name, **TRACKS, **_span(file)} for file in mp4s]
        listed = {"FileList": [file.name for file in mp4s], "FileMessage": file_messages}
        yield of_files(310, listed)
    if len(mp4s) < len(files):
        yield of_files(305, {})


def _span(file: MediaFile) -> dict[str, int]:
    return {
        "StartTimeStamp": _milliseconds(file.begun_at),
        "EndTimeStamp": _milliseconds(file.begun_at + file.seconds),
    }


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
