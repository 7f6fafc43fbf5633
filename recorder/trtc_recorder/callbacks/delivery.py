"""Delivers the callbacks of tasks, as the vendor does."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pydantic import SecretStr

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
class _Waiting:
    due: float
    number: int
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
        wait: Callable[[threading.Condition, float | None], object] = threading.Condition.wait,
    ) -> None:
        self._now = now
        self._video_url = video_url
        self._timeout = timeout
        self._uptime = uptime
        self._wait = wait
        self._changed = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._made = 0
        self._closes_at: float | None = None
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
            return
        lost = []
        with self._changed:
            for callback in callbacks:
                made_at = self._uptime()
                self._made += 1
                waiting = _Waiting(made_at, self._made, made_at, 0, callback)
                if self._closes_at is None:
                    heapq.heappush(self._waiting, waiting)
                else:
                    lost.append((waiting, "the service is ending"))
            while len(self._waiting) > MOST_WAITING:
                oldest = min(self._waiting, key=lambda waiting: waiting.number)
                self._waiting.remove(oldest)
                heapq.heapify(self._waiting)
                lost.append((oldest, "too many are waiting"))
            self._changed.notify()
        for waiting, why in lost:
            _log.warning("%s is dropped: %s", waiting, why)

    def close(self) -> None:
        """Make all pending first attempts, within CLOSE_TIMEOUT in all; drop the rest."""
        with self._changed:
            if self._closes_at is None:
                self._closes_at = self._uptime() + CLOSE_TIMEOUT
                self._waiting = sorted(w for w in self._waiting if not w.attempts)
                self._changed.notify()
        if self._thread is not None:
            self._thread.join(CLOSE_TIMEOUT + 1)

    def _run(self, receiver: Receiver) -> None:
        while (waiting := self._next()) is not None:
            self._attempt(waiting, receiver)
        for waiting in self._waiting:
            _log.warning("%s is dropped: the service is ending", waiting)

    def _next(self) -> _Waiting | None:
        """Wait for the next attempt that is due; None at the end."""
        with self._changed:
            while True:
                now = self._uptime()
                if self._closes_at is not None:
                    more = bool(self._waiting) and now < self._closes_at
                    return heapq.heappop(self._waiting) if more else None
                if self._waiting and self._waiting[0].due <= now:
                    return heapq.heappop(self._waiting)
                self._wait(self._changed, self._waiting[0].due - now if self._waiting else None)

    def _attempt(self, waiting: _Waiting, receiver: Receiver) -> None:
        timeout = self._timeout
        if self._closes_at is not None:
            timeout = max(min(timeout, self._closes_at - self._uptime()), 0.01)
        why = receiver.failure(waiting.callback, timeout)
        if why is None:
            return
        if not waiting.attempts:
            _log.warning("%s was not delivered: %s", waiting, why)
        due = self._uptime() + (RETRY_EVERY if waiting.attempts else 0)
        with self._changed:
            if self._closes_at is None and due < waiting.made_at + KEPT_FOR:
                again = replace(waiting, due=due, attempts=waiting.attempts + 1)
                heapq.heappush(self._waiting, again)
