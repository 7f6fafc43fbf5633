"""Delivers the callbacks of tasks, as the vendor does."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

from pydantic import SecretStr

from ..due_queue import Due, DueQueue, Wait
from ..tasks.events import Event
from ..tasks.store import Task
from .messages import Callback, VideoUrl, callbacks_of
from .receiver import Receiver

RESPONSE_TIMEOUT = 5.0
"""Seconds within which a receiver has to respond."""

RETRY_EVERY = 10.0
"""Seconds from a failure to the next retry. The first retry does not wait."""

KEPT_FOR = 60.0
"""Seconds from an event, after which its callback is not retried."""

CLOSE_TIMEOUT = 5.0
"""Seconds for all first attempts that are pending on shutdown."""

MOST_WAITING = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, order=True)
class _Waiting(Due):
    made_at: float = field(compare=False)
    attempts: int = field(compare=False)
    callback: Callback = field(compare=False)

    def __str__(self) -> str:
        return f"callback {self.callback.type} of task {self.callback.task_id}"


class Callbacks:
    """Posts events of tasks to `url`, on one thread; without a `url` it does nothing.

    First attempts are made in the order of `send`, and none waits for another callback's retry.
    `url` may carry secrets; it is not logged. Without a `key` nothing is signed. `now`
    returns Unix seconds, for the timestamps; `video_url` returns the URL of a VOD file.
    Retries are scheduled by `uptime` (s) and waited for by `wait` (a held condition, s or None). A
    receiver has to respond within `timeout` seconds.
    """

    def __init__(
        self,
        url: str | None,
        key: SecretStr | None,
        now: Callable[[], float],
        video_url: VideoUrl,
        *,
        timeout: float = RESPONSE_TIMEOUT,
        uptime: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Condition.wait,
    ) -> None:
        self._now = now
        self._video_url = video_url
        self._timeout = timeout
        self._uptime = uptime
        self._queue = DueQueue[_Waiting](uptime, wait)
        self._numbers = count()
        self._thread: threading.Thread | None = None
        if url:
            receiver = Receiver(url, key, now)
            self._thread = threading.Thread(
                target=self._run, args=[receiver], name="callbacks", daemon=True
            )
            self._thread.start()

    def send(self, task: Task, event: Event) -> None:
        """Queue the callbacks of an event. Never blocks and never raises."""
        if self._thread is None:
            return
        try:
            callbacks = callbacks_of(task, event, self._now(), self._video_url)
        except Exception as error:
            name = type(error).__name__
            _log.error("task %s: no callback for %r: %s", task.task_id, event.kind, name)
        else:
            self.post(*callbacks)

    def post(self, *callbacks: Callback) -> None:
        """Queue callbacks. Never blocks."""
        lost = []
        for callback in callbacks:
            made_at = self._uptime()
            waiting = _Waiting(made_at, next(self._numbers), made_at, 0, callback)
            if not self._queue.add(waiting):
                lost.append((waiting, "the service is ending"))
        oldest = self._queue.take_oldest(MOST_WAITING)
        lost += [(waiting, "too many are waiting") for waiting in oldest]
        for waiting, why in lost:
            _log.warning("%s is dropped: %s", waiting, why)

    def close(self) -> None:
        """Make all pending first attempts, within CLOSE_TIMEOUT in all; drop the rest."""
        self._queue.close(CLOSE_TIMEOUT, lambda waiting: not waiting.attempts)
        if self._thread is not None:
            self._thread.join(CLOSE_TIMEOUT + 1)

    def _run(self, receiver: Receiver) -> None:
        while (waiting := self._queue.next()) is not None:
            self._attempt(waiting, receiver)
        for waiting in self._queue.rest():
            _log.warning("%s is dropped: the service is ending", waiting)

    def _attempt(self, waiting: _Waiting, receiver: Receiver) -> None:
        timeout = self._timeout
        if self._queue.closes_at is not None:
            timeout = max(min(timeout, self._queue.closes_at - self._uptime()), 0.01)
        why = receiver.failure(waiting.callback, timeout)
        if why is None:
            return
        if not waiting.attempts:
            _log.warning("%s was not delivered: %s", waiting, why)
        due = self._uptime() + (RETRY_EVERY if waiting.attempts else 0)
        if due < waiting.made_at + KEPT_FOR:
            self._queue.add(replace(waiting, due=due, attempts=waiting.attempts + 1))
