"""Poll a task: until it is visible, during its startup, until it is gone.

DescribeWebRecord's "task not exist" means ended *or not yet started*, and a task is visible about
5 s after its start (the vendor's guide); so for a new task the request is repeated.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

from ..api.client import LiveTask, WebRecordApi
from ..api.pacing import SILENCE, Clock
from ..errors import TaskNotExist

YOUNG = 15.0
"""Seconds after its start in which a task may not be visible yet."""

POLL = 1.0
"""Seconds between two polls, or between the first two."""

CONCURRENT_DELAY = 0.005
"""Seconds by which the concurrent describe follows a stop, so that the service has the stop first.

A look that arrives before it costs another one, after the stop."""

STOP_PATIENCE = 60.0
"""Seconds for a stopped task to disappear."""

Found = TypeVar("Found")


class Watch:
    """Polls tasks. Thread-safe."""

    def __init__(self, api: WebRecordApi, clock: Clock) -> None:
        self._api = api
        self._clock = clock

    def until_shown(
        self, look: Callable[[], Found | None], on_wait: Callable[[], None] = lambda: None
    ) -> Found | None:
        """Poll `look` for YOUNG seconds, each pause a POLL longer; None if it finds nothing.

        The last look is sent YOUNG seconds after the first one, or later. `on_wait` is called once,
        when SILENCE seconds have passed.
        """
        started = self._clock.monotonic()
        sleep = self._clock.sleeper(on_wait)
        pause = POLL
        while True:
            waited = self._clock.monotonic() - started
            found = look()
            if found is not None or waited >= YOUNG:
                return found
            sleep(min(pause, YOUNG - waited))
            pause += POLL

    def startup(self, name: str, task_id: str, record_id: str, seconds: float) -> str | None:
        """Watch a new task for `seconds`, longer if it is not visible yet.

        StartWebRecord succeeds for a page that cannot be opened; the task then ends by itself.
        Returns a message in this case, after a StopWebRecord in case it is still starting. Raises
        ApiError if a request fails.
        """
        started = self._clock.monotonic()
        visible = False
        while True:
            age = self._clock.monotonic() - started
            live = self._api.describe(task_id) is not None
            if not live and (visible or age >= YOUNG):
                break
            visible = visible or live
            if visible and age >= seconds:
                return None
            self._clock.sleep(POLL)
        gone = self._stop_if_there(task_id)
        why = (gone and gone.end_reason) or (
            "the page cannot be opened, or is not ready in time, unless a callback has another "
            "reason"
        )
        return (
            f"recording {name!r} (RecordId {record_id}) ended by itself within its "
            f"startup_watch of {seconds:g} s: {why}. Nothing is being recorded. Fix the page, "
            "then run `pulumi up` again."
        )

    def shows(self, task_id: str, is_young: Callable[[], bool]) -> bool:
        """Whether the task is visible, or too new to be.

        The last request is for a task that was too new when the first one was sent.
        """
        return bool(self._api.describe(task_id) or is_young() or self._api.describe(task_id))

    def stop(
        self,
        task_id: str,
        is_young: Callable[[], bool],
        proves_end: Callable[[], bool] = lambda: True,
        on_wait: Callable[[], None] = lambda: None,
    ) -> bool:
        """Stop the task; whether it is gone. Raises ApiError if a request fails.

        `proves_end` returns whether a task that the service does not find is gone. `on_wait` is
        called once, when SILENCE seconds have passed.

        TaskNotExist counts only for a task that was no longer young when the request was sent. The
        same holds for the describe that is sent concurrently: it is judged by the time of the
        stop's response, since before the first response the service's time is a guess. If it proves
        nothing, or fails, the task is looked for again. Youth ends after YOUNG seconds of this
        wait, also if the service's clock stands still or goes back.
        """
        begun = self._clock.monotonic()
        sleep = self._clock.sleeper(on_wait)

        def young() -> bool:
            return is_young() and self._clock.monotonic() - begun < YOUNG

        looks: list[tuple[float, Future[LiveTask | None]]] = []

        def describe_concurrently() -> None:
            if not young():
                looks.append((self._clock.monotonic(), self._describe_concurrently(task_id)))

        was_young = True
        while self._stop_if_there(task_id, describe_concurrently):
            if not was_young and proves_end():
                return True
            was_young = young()
            if was_young:
                sleep(POLL)
        if looks:
            sent, look = looks[-1]
            counts = self._clock.monotonic() - sent < SILENCE and not young()
            if counts and not look.exception() and look.result() is None:
                return True
        deadline = self._clock.monotonic() + STOP_PATIENCE
        while self._api.describe(task_id):
            if self._clock.monotonic() >= deadline:
                return False
            sleep(POLL)
        return True

    def _describe_concurrently(self, task_id: str) -> Future[LiveTask | None]:
        """Look for the task in a thread of its own, in the caller's context."""
        future: Future[LiveTask | None] = Future()

        def look() -> None:
            try:
                self._clock.sleep(CONCURRENT_DELAY)
                future.set_result(self._api.describe(task_id))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=copy_context().run, args=(look,), daemon=True).start()
        return future

    def _stop_if_there(
        self, task_id: str, on_send: Callable[[], None] | None = None
    ) -> TaskNotExist | None:
        """Stop the task; returns the error if the service finds none."""
        try:
            self._api.stop(task_id, on_send)
        except TaskNotExist as error:
            return error
        return None
