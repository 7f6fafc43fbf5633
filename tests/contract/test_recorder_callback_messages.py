"""The messages of callbacks, as a user's server receives them."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from recorder_tasks import COS, SDK_APP_ID, STARTED_AT, VOD, live_task
from trtc_recorder import Task
from trtc_recorder.callbacks.delivery import Callbacks
from trtc_recorder.callbacks.messages import callbacks_of, signature
from trtc_recorder.tasks.events import Event, MediaFile, Relayed, RelayState
from trtc_recorder.tasks.storage import file_id
from trtc_recorder.testing import local_settings
from webhook import Post, Webhook

KEY = "5T1kMuR6eI8Ix2sRZRaw"
NOW = 1750000123.4567
RTMP = "rtmp://push.example.com/live/stream-key?txSecret=stream-key"

Send = Callable[..., list[Post]]


def video_url(task: Task, file: MediaFile) -> str:
    return f"http://127.0.0.1:8790/videos/{task.task_id}/{file.name}"


def file(name: str) -> MediaFile:
    return MediaFile(name, "hls" if name.endswith(".m3u8") else "mp4", 1750000001.5, 61.25)


def signed_by_hand(key: bytes, body: bytes) -> str:
    """HMAC-SHA256 by the letter of RFC 2104, base64."""
    block = (hashlib.sha256(key).digest() if len(key) > 64 else key).ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + body).digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner).digest()
    return base64.b64encode(outer).decode()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def send(webhook: Webhook) -> Send:
    """OnEvent of events of a task, end: everything that was posted."""

    def send(*events: Event, task: Task | None = None, key: str | None = KEY) -> list[Post]:
        before = len(webhook.posts)
        secret = None if key is None else SecretStr(key)
        callbacks = Callbacks(webhook.url, secret, lambda: NOW, video_url)
        for event in events:
            callbacks.send(task or live_task(), event)
        callbacks.close()
        return webhook.posts[before:]

    return send


def payloads(posts: list[Post]) -> list[tuple[int, int, dict[str, Any]]]:
    return [
        (post.message["EventGroupId"], post.type, post.message["EventInfo"]["Payload"])
        for post in posts
    ]


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
    assert post.headers["Sign"] == signed_by_hand(KEY.encode(), post.body)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Event("started", "whatever"), [(801, 1, "Success")]),
        (Event("start failed", "Goto url timeout"), [(801, 2, "Goto url timeout")]),
        (Event("start failed"), [(801, 2, "StartRecording error")]),
        (
            Event("abnormal", "Chromium died"),
            [(801, 3, "Chromium died"), (801, 5, "Chromium died")],
        ),
        (Event("page refreshed", "Page load timeout"), [(803, 1, "Page load timeout")]),
        (Event("page refreshed"), [(803, 1, "PageRefresh")]),
        (Event("limit reached", "whatever"), [(804, 1, "Over time limit")]),
        (Event("ended", "stopped"), [(802, 1, "Success")]),
    ],
)
def test_each_event_of_a_page_has_its_type_status_and_text(
    send: Send, event: Event, expected: list[tuple[int, int, str]]
) -> None:
    assert payloads(send(event)) == [
        (8, number, {"Status": status, "EventMessage": text}) for number, status, text in expected
    ]


def test_mp4_files_on_cos_are_one_message(send: Send) -> None:
    files = (file("recording_0.mp4"), file("recording_1.mp4"))
    (post,) = send(Event("files ready", files=files))
    span = {"StartTimeStamp": 1750000001500, "EndTimeStamp": 1750000062750}
    tracks = {"TrackType": "audio_video", "MediaId": "main"}
    assert post.message == {
        "EventGroupId": 3,
        "EventType": 310,
        "CallbackTs": 1750000123457,
        "EventInfo": {
            "EventTs": 1750000123,
            "EventMsTs": 1750000123457,
            "TaskId": f"task-1_StartTimeMs_{round(STARTED_AT * 1000)}",
            "Payload": {
                "Status": 0,
                "FileList": ["recording_0.mp4", "recording_1.mp4"],
                "FileMessage": [
                    {"FileName": "recording_0.mp4", **tracks, **span},
                    {"FileName": "recording_1.mp4", **tracks, **span},
                ],
            },
        },
    }


def test_hls_on_cos_is_uploaded(send: Send) -> None:
    posts = send(Event("files ready", files=(file("recording.m3u8"),)))
    assert payloads(posts) == [(3, 305, {"Status": 0})]
    assert posts[0].task_id == "task-1"


def test_each_file_of_vod_is_a_message_with_its_url_before_the_last_one(
    send: Send,
) -> None:
    task = live_task(storage=VOD)
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


@pytest.mark.parametrize("storage", [COS, VOD], ids=["cos", "vod"])
def test_without_files_there_is_no_message(send: Send, storage: dict[str, Any]) -> None:
    assert send(Event("files ready"), task=live_task(storage=storage)) == []


@pytest.mark.parametrize(
    ("state", "status", "reason"),
    [
        ("idle", 0, ""),
        ("connecting", 1, ""),
        ("running", 2, ""),
        ("recovering", 3, ""),
        ("failed", 4, ""),
        ("failed", 4, "Connection refused"),
        ("disconnecting", 5, ""),
    ],
)
def test_each_state_of_a_relay_comes_with_its_complete_url_and_the_reason(
    send: Send, state: RelayState, status: int, reason: str
) -> None:
    (post,) = send(Event("relay", reason, relayed=Relayed(state, RTMP)))
    error = {"ErrorMsg": reason} if reason else {}
    assert post.message == {
        "EventGroupId": 4,
        "EventType": 401,
        "CallbackTs": 1750000123457,
        "EventInfo": {
            "EventMsTs": 1750000123457,
            "TaskId": "task-1",
            "Payload": {"Url": RTMP, "Status": status, **error},
        },
    }
    assert post.headers["Sign"] == signed_by_hand(KEY.encode(), post.body)


def test_a_relays_key_shows_in_no_representation_and_in_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    event = Event("relay", relayed=Relayed("running", RTMP))
    (callback,) = callbacks_of(live_task(), event, NOW, video_url)
    with Webhook([503] * 2) as webhook:
        sending = Callbacks(webhook.url, None, lambda: NOW, video_url)
        sending.send(live_task(), event)
        webhook.await_posts(1)
        sending.close()
    assert "callback 401 of task task-1 was not delivered" in caplog.text
    assert "stream-key" not in f"{event} {callback} {caplog.text}"


def test_without_a_key_nothing_is_signed(send: Send) -> None:
    (post,) = send(Event("started"), key=None)
    assert "Sign" not in post.headers


def test_the_vendors_own_example_has_the_vendors_own_signature() -> None:
    body = (
        b'{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n'
        b'\t"EventInfo":\t{\n\t\t"RoomId":\t8489,\n\t\t"EventTs":\t1664209748,\n'
        b'\t\t"EventMsTs":\t1664209748180,\n\t\t"UserId":\t"user_85034614",\n'
        b'\t\t"Reason":\t0\n\t}\n}'
    )
    assert signature("123654", body) == "kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA="


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    message=st.text(min_size=1),
    key=st.text(min_size=1, max_size=100),
    task_id=st.text(min_size=1),
)
def test_what_is_signed_is_what_is_sent(send: Send, message: str, key: str, task_id: str) -> None:
    (post,) = send(Event("start failed", message), task=live_task(task_id), key=key)
    assert post.headers["Sign"] == signed_by_hand(key.encode(), post.body)
    told = json.loads(post.body.decode("utf-8"))["EventInfo"]
    assert (told["TaskId"], told["Payload"]["EventMessage"]) == (task_id, message)


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


def test_settings_take_a_callback_url_and_key_and_do_not_show_them() -> None:
    url, key = "https://user:canary@[::1]:8443/hook?token=canary", "canary" * 5
    given = local_settings(callback_url=url, callback_key=key)
    assert given.callback_url == url
    assert given.callback_key is not None
    assert given.callback_key.get_secret_value() == key
    assert "canary" not in repr(given)
