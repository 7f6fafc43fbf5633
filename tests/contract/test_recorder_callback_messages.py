"""The messages of callbacks, as a user's server gets them and a receiver reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from recorder_tasks import COS, SDK_APP_ID, STARTED_AT, live_task, vod
from trtc_recorder import Task
from trtc_recorder.callbacks.delivery import Callbacks
from trtc_recorder.callbacks.messages import callbacks_of
from trtc_recorder.tasks.events import Event, MediaFile, Relayed, RelayState
from trtc_recorder.tasks.storage import file_id
from trtc_recorder.testing import local_settings
from trtc_webrecord.callbacks import (
    AllUploaded,
    Ended,
    Failed,
    Interrupted,
    LimitReached,
    PageNotOpened,
    PageRefreshed,
    RelayChanged,
    Started,
    Uploaded,
    receive,
)
from trtc_webrecord.callbacks import Event as Received
from unit.callback_bodies import KEY, sign
from webhook import Post, Webhook

NOW = 1750000123.4567
NO_URL, NO_LOAD = "Goto url timeout: no answer", "Page load timeout"
RTMP = "rtmp://push.example.com/live/stream-key?txSecret=stream-key"
RELAY_STATES: tuple[RelayState, ...] = (
    *("idle", "connecting", "running", "recovering", "failed", "disconnecting"),
)

Send = Callable[..., list[Post]]


def video_url(task: Task, file: MediaFile) -> str:
    return f"http://127.0.0.1:8790/videos/{task.task_id}/{file.name}"


def file(name: str) -> MediaFile:
    return MediaFile(name, "hls" if name.endswith(".m3u8") else "mp4", 1750000001.5, 61.25)


@pytest.fixture
def send() -> Iterator[Send]:
    """Send events of a task, and end: everything that was posted."""
    with Webhook() as webhook:

        def send(*events: Event, task: Task | None = None, key: str | None = KEY) -> list[Post]:
            before = len(webhook.posts)
            secret = None if key is None else SecretStr(key)
            sending = Callbacks(webhook.url, secret, lambda: NOW, video_url)
            for event in events:
                sending.send(task or live_task(), event)
            sending.close()
            return webhook.posts[before:]

        yield send


def payloads(posts: list[Post]) -> list[tuple[int, int, dict[str, Any]]]:
    return [
        (post.message["EventGroupId"], post.type, post.message["EventInfo"]["Payload"])
        for post in posts
    ]


def received(posts: list[Post]) -> list[Received]:
    """What a receiver makes of them, all of task-1."""
    events = [receive(post.headers, post.body, KEY) for post in posts]
    assert {(event.sdk_app_id, event.task_id) for event in events} == {(SDK_APP_ID, "task-1")}
    assert len({event.id for event in events}) == len(events)
    return events


def kinds(posts: list[Post]) -> list[type[Received]]:
    return [type(event) for event in received(posts)]


def test_a_start_has_the_vendors_message(send: Send) -> None:
    (post,) = send(Event("started"))
    assert post.message == {
        "EventGroupId": 8,
        "EventType": 801,
        "CallbackTs": 1750000123457,
        "EventInfo": {
            "EventMsTs": 1750000123457,
            "TaskId": "task-1",
            "Payload": {"Status": 1, "EventMessage": "Success"},
        },
    }
    assert post.headers["Content-Type"] == "application/json"
    assert post.headers["SdkAppId"] == str(SDK_APP_ID)
    assert post.headers["Sign"] == sign(post.body)


@pytest.mark.parametrize(
    ("event", "messages", "events"),
    [
        (Event("started", "whatever"), [(801, 1, "Success")], [Started]),
        (Event("start failed", NO_URL), [(801, 2, NO_URL)], [PageNotOpened]),
        (Event("start failed", NO_LOAD), [(801, 2, NO_LOAD)], [PageNotOpened]),
        (Event("start failed"), [(801, 2, "StartRecording error")], [Failed]),
        (
            Event("abnormal", "died ☠"),
            [(801, 3, "died ☠"), (801, 5, "died ☠")],
            [Interrupted, Failed],
        ),
        (Event("page refreshed", NO_LOAD), [(803, 1, NO_LOAD)], [PageRefreshed]),
        (Event("page refreshed"), [(803, 1, "PageRefresh")], [PageRefreshed]),
        (Event("limit reached", "whatever"), [(804, 1, "Over time limit")], [LimitReached]),
        (Event("ended", "stopped"), [(802, 1, "Success")], [Ended]),
    ],
    ids=lambda value: f"{value.kind}-{value.message}" if isinstance(value, Event) else "",
)
def test_each_event_of_a_page_has_its_messages_and_is_of_its_kind_for_a_receiver(
    send: Send,
    event: Event,
    messages: list[tuple[int, int, str]],
    events: list[type[Received]],
) -> None:
    posts = send(event)
    assert payloads(posts) == [
        (8, number, {"Status": status, "EventMessage": text}) for number, status, text in messages
    ]
    assert kinds(posts) == events


def test_mp4_files_on_cos_are_one_message(send: Send) -> None:
    files = (file("recording_0.mp4"), file("recording_1.mp4"))
    (post,) = send(Event("files ready", files=files))
    span = {"StartTimeStamp": 1750000001500, "EndTimeStamp": 1750000062750}
    tracks = {"TrackType": "audio_video", "MediaId": "main"}
    listed = {
        "FileList": ["recording_0.mp4", "recording_1.mp4"],
        "FileMessage": [
            {"FileName": "recording_0.mp4", **tracks, **span},
            {"FileName": "recording_1.mp4", **tracks, **span},
        ],
    }
    assert payloads([post]) == [(3, 310, {"Status": 0, **listed})]
    info = post.message["EventInfo"]
    assert (info["EventTs"], info["EventMsTs"]) == (1750000123, 1750000123457)
    assert post.task_id == f"task-1_StartTimeMs_{round(STARTED_AT * 1000)}"
    assert kinds([post]) == [Uploaded]


def test_hls_on_cos_is_uploaded(send: Send) -> None:
    posts = send(Event("files ready", files=(file("recording.m3u8"),)))
    assert payloads(posts) == [(3, 305, {"Status": 0})]
    assert posts[0].task_id == "task-1"
    assert kinds(posts) == [AllUploaded]


def test_each_file_of_vod_is_a_message_with_its_url_before_the_last_one(send: Send) -> None:
    task = live_task(storage=vod())
    files = (file("recording_0.mp4"), file("recording.m3u8"))
    told = [
        {
            "TrackType": "audio_video",
            "MediaId": "main",
            "FileId": file_id(task),
            "VideoUrl": video_url(task, each),
            "CacheFile": each.name,
            "StartTimeStamp": 1750000001500,
            "EndTimeStamp": 1750000062750,
        }
        for each in files
    ]
    posts = send(Event("files ready", files=files), task=task)
    assert payloads(posts) == [
        (3, 311, {"Status": 0, "TencentVod": told[0]}),
        (3, 311, {"Status": 0, "TencentVod": told[1]}),
        (3, 312, {"Status": 0}),
    ]
    assert {post.task_id for post in posts} == {"task-1"}
    assert kinds(posts) == [Uploaded, Uploaded, AllUploaded]


@pytest.mark.parametrize("storage", [{"CloudStorage": COS}, vod()], ids=["cos", "vod"])
def test_without_files_there_is_no_message(send: Send, storage: dict[str, Any]) -> None:
    assert send(Event("files ready"), task=live_task(storage=storage)) == []


@pytest.mark.parametrize("status", range(6))
def test_each_state_of_a_relay_comes_with_its_complete_url_and_the_reason(
    send: Send, status: int
) -> None:
    state, reason = RELAY_STATES[status], "Connection refused" if status == 4 else ""
    (post,) = send(Event("relay", reason, relayed=Relayed(state, RTMP)))
    error = {"ErrorMsg": reason} if reason else {}
    assert payloads([post]) == [(4, 401, {"Url": RTMP, "Status": status, **error})]
    (event,) = received([post])
    assert isinstance(event, RelayChanged)
    assert (event.state.name.lower(), event.reason) == (state, reason)
    assert event.url.get_secret_value() == RTMP


def test_a_relays_key_shows_in_no_representation() -> None:
    event = Event("relay", relayed=Relayed("running", RTMP))
    (callback,) = callbacks_of(live_task(), event, NOW, video_url)
    assert "stream-key" not in f"{event} {callback}"


def test_without_a_key_nothing_is_signed(send: Send) -> None:
    (post,) = send(Event("started"), key=None)
    assert "Sign" not in post.headers


URLS = ("canary", "ftp://canary/", "http://", "http://:80/canary", "http://a:canary/")
KEYS = ("canary key", "canary" * 6, "canary-", "canaryé")


@pytest.mark.parametrize(
    ("name", "value"),
    [*(("callback_url", url) for url in URLS), *(("callback_key", key) for key in KEYS)],
)
def test_an_invalid_callback_url_or_key_is_rejected_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        local_settings(**{name: value})
    assert name in str(caught.value)
    assert "canary" not in str(caught.value)
