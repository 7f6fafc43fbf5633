"""How callbacks are delivered: order, retries, receivers that hang, secrets, and the end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from recorder_tasks import live_task, vod
from trtc_recorder import Task
from trtc_recorder.callbacks import delivery
from trtc_recorder.callbacks.delivery import Callbacks
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_webrecord import callbacks
from waiting import until
from webhook import Response, Webhook

CANARY = "canary"
KEY = f"{CANARY}key"
STARTED = Event("started")
REDIRECT = "HTTP/1.1 307 Elsewhere\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n"

Deliver = Callable[..., Callbacks]


class Clock:
    """Time that passes only where somebody waits for a retry, and then at once."""

    now = 0.0
    idle = False

    def uptime(self) -> float:
        return self.now

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        if seconds is not None:
            self.now += seconds
            return
        self.idle = True
        condition.wait()
        self.idle = False


def unable(task: Task, file: MediaFile) -> str:
    raise RuntimeError(CANARY)


@pytest.fixture
def deliver() -> Iterator[Deliver]:
    """Callbacks to a URL, closed in the end; by a `Clock`, if one is given."""
    with ExitStack() as made:

        def deliver(url: str | None, clock: Clock | None = None, **options: Any) -> Callbacks:
            if clock is not None:
                options |= {"uptime": clock.uptime, "wait": clock.wait}
            uptime = options.get("uptime", time.monotonic)
            sending = Callbacks(url, SecretStr(KEY), lambda: 1.75e9 + uptime(), unable, **options)
            made.callback(sending.close)
            return sending

        yield deliver


def send(sending: Callbacks, *tasks: str) -> None:
    """The start of each task."""
    for task in tasks:
        sending.send(live_task(task), STARTED)


def task_ids(webhook: Webhook) -> list[str]:
    """What was posted, by its task."""
    return [post.task_id for post in webhook.posts]


def sending_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "callbacks"}


def after_all_attempts(webhook: Webhook, clock: Clock, attempts: int) -> list[float]:
    """When the attempts were made, once there are so many and no more are to come."""
    webhook.await_posts(attempts)
    until(lambda: clock.idle, 15, 0.005)
    return [post.at for post in webhook.posts]


def test_it_is_retried_at_once_and_then_every_ten_seconds_for_a_minute(deliver: Deliver) -> None:
    clock = Clock()
    with Webhook([500] * 100, clock.uptime) as webhook:
        deliver(webhook.url, clock).send(live_task(), STARTED)
        assert after_all_attempts(webhook, clock, 7) == [0, 0, 10, 20, 30, 40, 50]
        events = [callbacks.receive(post.headers, post.body, KEY) for post in webhook.posts]
    assert len({(event.id, event.happened_at) for event in events}) == 1
    assert events[-1].sent_at - events[0].sent_at == timedelta(seconds=50)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("script", "attempts"),
    [
        ([500], [0, 0]),
        ([404, 201, b""], [0, 0, 10, 20]),
        ([OK + b"Content-Length: 9\r\n\r\n{"], [0]),
        ([OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone"], [0]),
        ([OK + b"Content-Length: 200000\r\n\r\n" + bytes(200000)], [0]),
        ([b"HTTP/1.0 200 OK\r\n\r\n"], [0]),
    ],
    ids=["one 500", "404, 201, cut", "broken", "garbled", "large", "bare"],
)
def test_a_200_takes_it_whatever_comes_with_it_and_it_is_not_sent_again(
    deliver: Deliver, script: list[Response], attempts: list[float]
) -> None:
    clock = Clock()
    with Webhook(script, clock.uptime) as webhook:
        deliver(webhook.url, clock).send(live_task(), STARTED)
        assert after_all_attempts(webhook, clock, len(attempts)) == attempts


@pytest.mark.parametrize(
    ("script", "first_attempts", "order"),
    [
        ([500, 500], 2, ["first", "first", "other"]),
        (["hang"], 1, ["first", "other", "first"]),
    ],
    ids=["a retry", "a hanging receiver"],
)
def test_the_next_callback_waits_for_one_attempt_only(
    deliver: Deliver, script: list[Response], first_attempts: int, order: list[str]
) -> None:
    with Webhook(script) as webhook:
        sending = deliver(webhook.url, timeout=2)
        send(sending, "first")
        webhook.await_posts(first_attempts)
        send(sending, "other")
        webhook.await_posts(3)
        assert task_ids(webhook) == order


def test_the_environments_proxies_are_not_used(
    deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with Webhook() as webhook, Webhook() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.address}")
        monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
        deliver(webhook.url).send(live_task(), STARTED)
        webhook.await_posts(1)
        assert proxy.posts == []


@pytest.mark.parametrize(
    ("response", "timeout", "reason"),
    [
        (503, 5, "HTTP 503"),
        ("hang", 0.2, "no response in 0.2 s"),
        (b"", 5, "ConnectionError"),
        (b"HTTP/1.1 500 \r\n: malformed\r\n\r\n", 5, "HTTP 500"),
        (REDIRECT.format(f"http://127.0.0.1:1/?{CANARY}").encode(), 5, "HTTP 307"),
    ],
    ids=["refused", "hanging", "cut", "malformed", "redirected"],
)
def test_a_failure_is_logged_once_without_a_secret(
    deliver: Deliver,
    caplog: pytest.LogCaptureFixture,
    response: Response,
    timeout: float,
    reason: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = Clock()
    with Webhook([response] * 9, clock.uptime) as webhook:
        host = f"{CANARY}-user:{CANARY}-pass@{webhook.address}"
        url = f"http://{host}/{CANARY}?token={CANARY}"
        sending = deliver(url, clock, timeout=timeout)
        sending.send(live_task("task-7"), Event("start failed", f"{CANARY}-message"))
        after_all_attempts(webhook, clock, 7)
    assert {post.path for post in webhook.posts} == {f"/{CANARY}?token={CANARY}"}
    assert all(post.headers["Authorization"].startswith("Basic ") for post in webhook.posts)
    assert caplog.messages == [f"callback 801 of task task-7 was not delivered: {reason}"]
    assert CANARY not in caplog.text


def test_first_attempts_keep_their_order_and_of_too_many_the_oldest_is_dropped(
    deliver: Deliver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MOST_WAITING", 3)
    with Webhook(["hang"]) as webhook:
        sending = deliver(webhook.url)
        send(sending, "under way")
        webhook.await_posts(1)
        send(sending, *(f"task-{number}" for number in range(5)))
        webhook.release()
        webhook.await_posts(4)
        sending.close()
    assert task_ids(webhook) == ["under way", "task-2", "task-3", "task-4"]
    assert caplog.messages == [
        f"callback 801 of task task-{number} is dropped: too many are waiting" for number in (0, 1)
    ]


def test_an_event_of_which_no_callback_can_be_made_does_no_harm(
    deliver: Deliver, caplog: pytest.LogCaptureFixture
) -> None:
    files = (MediaFile("recording_0.mp4", "mp4", 0, 1),)
    with Webhook() as webhook:
        sending = deliver(webhook.url)
        sending.send(live_task(storage=vod()), Event("files ready", files=files))
        sending.send(live_task(), Event("ended"))
        assert webhook.await_posts(1)[0].type == 802
    assert caplog.messages == ["task task-1: no callback for 'files ready': RuntimeError"]


def test_closing_gives_what_waits_a_first_attempt(deliver: Deliver) -> None:
    tasks = [f"task-{number}" for number in range(10)]
    with Webhook(["hang"]) as webhook:
        sending = deliver(webhook.url, timeout=0.5)
        send(sending, *tasks)
        webhook.await_posts(1)
        sending.close()
        assert task_ids(webhook) == tasks


def test_closing_waits_for_no_retry_and_ends_the_thread(deliver: Deliver) -> None:
    retry_is_due_later = threading.Event()

    def wait(condition: threading.Condition, seconds: float | None) -> None:
        if seconds is not None:
            retry_is_due_later.set()
        condition.wait(seconds)

    before = sending_threads()
    with Webhook([500] * 9) as webhook:
        sending = deliver(webhook.url, wait=wait)
        sending.send(live_task(), STARTED)
        webhook.await_posts(2)
        assert retry_is_due_later.wait(15)
        sending.close()
        sending.close()
        until(lambda: sending_threads() <= before, 15)
        assert len(webhook.posts) == 2


def test_closing_is_bounded_and_says_what_was_lost(
    deliver: Deliver, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "CLOSE_TIMEOUT", 0.3)
    tasks = [f"task-{number}" for number in range(100)]
    before = sending_threads()
    with Webhook(["hang"] * 99) as webhook:
        sending = deliver(webhook.url, timeout=0.5)
        send(sending, *tasks)
        webhook.await_posts(1)
        assert len(sending_threads() - before) == 1
        sending.close()
        send(sending, "late")
        until(lambda: sending_threads() <= before, 15)
        tried = task_ids(webhook)
    lost = [*tasks[len(tried) :], "late"]
    assert tried == tasks[: len(tried)]
    assert len(lost) > 50
    assert sorted(message.partition(":")[0] for message in caplog.messages) == sorted(
        [f"callback 801 of task {task} was not delivered" for task in tried]
        + [f"callback 801 of task {task} is dropped" for task in lost]
    )


def test_without_a_url_it_does_nothing(deliver: Deliver, caplog: pytest.LogCaptureFixture) -> None:
    sending = deliver(None)
    send(sending, "task")
    sending.close()
    assert caplog.messages == []
