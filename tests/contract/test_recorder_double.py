"""Every event of the vendor's service, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from callback_example import running_example
from contract.local_service import LocalService, local_service
from trtc_recorder.testing import local_settings
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks.receiving import _EVENTS
from unit.callback_bodies import KEY
from webhook import Webhook

RELAY = {"Url": "rtmp://push.example.com/live/key"}
NO_LOAD = "Page load timeout"
FILES = {"FileList": ["recording_0.mp4"], "TencentVod": {"FileId": "1", "CacheFile": "a.mp4"}}


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def recorder(webhook: Webhook) -> Iterator[LocalService]:
    settings = local_settings(visible_after=0, callback_url=webhook.url, callback_key=KEY)
    with local_service(settings) as recorder:
        yield recorder


def told(webhook: Webhook, count: int) -> list[callbacks.Event]:
    posts = webhook.await_posts(count)
    return [callbacks.receive(post.headers, post.body, KEY) for post in posts]


@pytest.mark.parametrize(
    ("given", "kinds", "reason"),
    [
        ({}, "Started Ended", "ended by itself"),
        ({"event": "start failed"}, "Started Failed Ended", "ended by itself"),
        ({"event": "start failed", "reason": NO_LOAD}, "Started PageNotOpened Ended", NO_LOAD),
        ({"event": "abnormal", "reason": "broke"}, "Started Interrupted Failed Ended", "broke"),
        ({"event": "limit reached"}, "Started LimitReached Ended", "MaxDurationLimit"),
    ],
)
def test_a_task_starts_and_ends_with_the_events_that_are_chosen(
    recorder: LocalService, webhook: Webhook, given: dict[str, Any], kinds: str, reason: str
) -> None:
    task_id = recorder.start()["TaskId"]
    recorder.end(task_id, **given)
    events = told(webhook, len(kinds.split()))
    assert [type(event).__name__ for event in events] == kinds.split()
    assert recorder.tasks()[0].end_reason == reason


def test_every_callback_of_the_vendor_can_be_posted(
    recorder: LocalService, webhook: Webhook
) -> None:
    task_id = recorder.start()["TaskId"]
    known = {**_EVENTS, (9, 901, 1): callbacks.UnknownEvent}
    for group, number, status in known:
        more = RELAY if group == 4 else FILES if group == 3 else {}
        recorder.post(task_id, number, Status=status, **more)
    events = told(webhook, 1 + len(known))[1:]
    assert [(event.group, event.type, event.status) for event in events] == [*known]
    assert all(isinstance(*each) for each in zip(events, known.values(), strict=True))
    assert {event.task_id for event in events} == {task_id}
    assert recorder.live_tasks()


def test_a_callback_that_cannot_be_posted_is_refused_with_the_reason(
    recorder: LocalService,
) -> None:
    with pytest.raises(ValueError, match="Task does not exist"):
        recorder.post("unknown", 801, Status=1)
    with pytest.raises(ValueError, match="EventType"):
        recorder.post(recorder.start()["TaskId"], 0)
    unset = pytest.raises(ValueError, match="TRTC_RECORDER_CALLBACK_URL")
    with local_service(local_settings()) as deaf, unset:
        deaf.post(deaf.start()["TaskId"], 801, Status=1)


def test_the_example_waits_for_a_start_and_for_a_page_that_is_not_opened(tmp_path: Path) -> None:
    with Webhook() as team, running_example(tmp_path, team.url, KEY) as example:
        options = {"callback_url": f"{example.url}/callbacks", "callback_key": KEY}
        with local_service(local_settings(**options)) as recorder:
            recorder.inject(action="StartWebRecord", record_id="two", what="not_opened")
            one, two = (recorder.start(RecordId=name)["TaskId"] for name in ("one", "two"))
            began, failed = example.wait(one=one), example.wait(two=two)
            assert [task.record_id for task in recorder.live_tasks()] == ["one"]
    assert (began.returncode, began.stdout) == (0, "one: Started: Success\n")
    assert (failed.returncode, failed.stdout) == (1, "two: PageNotOpened: Goto url timeout\n")
