"""Each callback of the service is an event of a known kind for its receiver."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr
from recorder_tasks import COS, SDK_APP_ID, STARTED_AT, VOD, live_task
from trtc_recorder.callbacks.delivery import Callbacks
from trtc_recorder.tasks.events import Event, Kind, MediaFile, Relayed, RelayState
from trtc_webrecord import callbacks
from webhook import Response, Webhook

KEY = "5T1kMuR6eI8Ix2sRZRaw"
RTMP = "rtmp://push.example.com/live/key"
MP4 = MediaFile("recording_0.mp4", "mp4", STARTED_AT, 60)
HLS = MediaFile("recording.m3u8", "hls", STARTED_AT, 60)


def received(
    event: Event, storage: dict[str, Any] = COS, script: tuple[Response, ...] = (), posts: int = 1
) -> list[callbacks.Event]:
    """What a receiver makes of what the service posts of an event."""
    times = iter(range(10**9, 2 * 10**9))
    with Webhook(script) as webhook:
        sending = Callbacks(
            webhook.url, SecretStr(KEY), lambda: next(times), lambda task, file: "https://vod/a?t=1"
        )
        sending.send(live_task("task-1", storage), event)
        webhook.await_posts(posts)
        sending.close()
    return [callbacks.receive(post.headers, post.body, KEY) for post in webhook.posts]


@pytest.mark.parametrize(
    ("kind", "message", "expected"),
    [
        ("started", "", [callbacks.Started]),
        ("start failed", "Goto url timeout: no answer", [callbacks.PageNotOpened]),
        ("start failed", "Page load timeout", [callbacks.PageNotOpened]),
        ("start failed", "the recorder could not be set up", [callbacks.Failed]),
        ("abnormal", "disk full", [callbacks.Interrupted, callbacks.Failed]),
        ("page refreshed", "", [callbacks.PageRefreshed]),
        ("limit reached", "", [callbacks.LimitReached]),
        ("ended", "stopped", [callbacks.Ended]),
    ],
)
def test_each_event_of_a_page_is_of_its_kind(
    kind: Kind, message: str, expected: list[type[callbacks.Event]]
) -> None:
    events = received(Event(kind, message), posts=len(expected))
    assert [type(event) for event in events] == expected
    assert {(event.sdk_app_id, event.task_id) for event in events} == {(SDK_APP_ID, "task-1")}


@pytest.mark.parametrize(
    ("storage", "files", "expected"),
    [
        (COS, (MP4,), [callbacks.Uploaded]),
        (COS, (HLS,), [callbacks.AllUploaded]),
        (VOD, (MP4, HLS), [callbacks.Uploaded, callbacks.Uploaded, callbacks.AllUploaded]),
    ],
)
def test_each_event_of_files_is_of_its_kind_and_of_the_same_task(
    storage: dict[str, Any],
    files: tuple[MediaFile, ...],
    expected: list[type[callbacks.Event]],
) -> None:
    events = received(Event("files ready", files=files), storage, posts=len(expected))
    assert [type(event) for event in events] == expected
    assert {event.task_id for event in events} == {"task-1"}
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize(
    "state", ["idle", "connecting", "running", "recovering", "failed", "disconnecting"]
)
def test_each_state_of_a_relay_is_that_state(state: RelayState) -> None:
    (event,) = received(Event("relay", "Broken pipe", relayed=Relayed(state, RTMP)))
    assert isinstance(event, callbacks.RelayChanged)
    assert (event.state.name.lower(), event.reason) == (state, "Broken pipe")
    assert event.url.get_secret_value() == RTMP


def test_a_retry_is_the_same_event_at_another_time() -> None:
    first, again = received(Event("ended"), script=(503,), posts=2)
    assert (first.id, first.happened_at) == (again.id, again.happened_at)
    assert first.sent_at < again.sent_at
