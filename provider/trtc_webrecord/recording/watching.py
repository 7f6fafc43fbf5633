"""Looking at a task over time: until it shows, while it comes up, until it is gone.

DescribeWebRecord's "task not exist" means ended *or not yet started*, and a start takes about 5 s
to show (the vendor's guide); so a young task is looked for again before the answer is believed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ..api.client import LiveTask
from ..api.pacing import Clock
from ..errors import RecordingError, TaskNotExist

YOUNG = 15.0
"""Seconds in which a task may be too young to show."""

POLL = 1.0
"""Seconds between two looks."""

STOP_PATIENCE = 60.0
"""Seconds for a stopped task to disappear."""

Seen = TypeVar("Seen")


class Api(Protocol):
    """What watching needs of the API; `WebRecordApi` is one."""

    def describe(self, task_id: str) -> LiveTask | None: ...
    def stop(self, task_id: str) -> None: ...


class Watch:
    """Looks at tasks by a clock that tests replace."""

    def __init__(self, api: Api, clock: Clock) -> None:
        self._api = api
        self._clock = clock

    def until_shown(self, look: Callable[[], Seen | None]) -> Seen | None:
        """What `look` sees; None where it sees nothing even once no task can be young any more."""
        deadline = self._clock.monotonic() + YOUNG
        while True:
            last = self._clock.monotonic() >= deadline
            seen = look()
            if seen is not None or last:
                return seen
            self._clock.sleep(POLL)

    def startup(self, name: str, task_id: str, record_id: str, seconds: float) -> None:
        """Watch a task come up for so many seconds, longer while it is too young to show.

        StartWebRecord succeeds for a page that cannot be opened; the task then ends by itself.
        Raises RecordingError where it did, after making sure that nothing is left behind.
        """
        begun = self._clock.monotonic()
        shown = False
        while True:
            age = self._clock.monotonic() - begun
            live = self._api.describe(task_id) is not None
            if not live and (shown or age >= YOUNG):
                break
            shown = shown or live
            if shown and age >= seconds:
                return
            self._clock.sleep(POLL)
        answer = self._stop_if_there(task_id)
        said = f" {answer}." if answer else ""
        raise RecordingError(
            f"recording {name!r} (RecordId {record_id}, TaskId {task_id}) ended by itself within "
            f"its startup_watch of {seconds:g} s, as it does where the page cannot be opened or is "
            f"not ready in time.{said} Nothing is being recorded. Where this gives no reason, the "
            "service's callback does. Mend the page, then run `pulumi up` again."
        )

    def shows(self, task_id: str, is_young: Callable[[], bool]) -> bool:
        """Whether the task shows, or is too young to.

        A slow answer may be about a task that was young when asked for, so it is asked for again.
        """
        return bool(self._api.describe(task_id) or is_young() or self._api.describe(task_id))

    def stop(self, task_id: str, is_young: Callable[[], bool]) -> bool:
        """Stop the task; whether it is gone. Raises ApiError where the service cannot be asked.

        That there is none is believed of a task that was no longer young when it was asked for.
        """
        was_young = True
        while self._stop_if_there(task_id):
            if not was_young:
                return True
            was_young = is_young()
            if was_young:
                self._clock.sleep(POLL)
        deadline = self._clock.monotonic() + STOP_PATIENCE
        while self._api.describe(task_id):
            if self._clock.monotonic() >= deadline:
                return False
            self._clock.sleep(POLL)
        return True

    def _stop_if_there(self, task_id: str) -> TaskNotExist | None:
        """Stop the task; the service's answer where it shows none."""
        try:
            self._api.stop(task_id)
        except TaskNotExist as answer:
            return answer
        return None
