"""When a recording of the stack's config may be started: its window.

It begins at `startAt` and lasts `maxDurationLimit`. The first `pulumi up` within it starts the
recording, which its limit ends. Outside of it nothing is started.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, NamedTuple

from pydantic import AwareDatetime, TypeAdapter, ValidationError

TIME = r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})"
"""RFC 3339, of which the seconds may be left out."""

LATE = timedelta(hours=1)
"""How long a run that began in the window may still be trying to start the task."""

_time = TypeAdapter(AwareDatetime)


def parse_time(text: str) -> datetime:
    """A time with its offset from UTC. Raises ValueError."""
    if not re.fullmatch(TIME, text):
        raise ValueError(text)
    try:
        time = _time.validate_python(text)
        time.astimezone(timezone.utc), time + timedelta(days=3)  # of the first and last years
    except (ValidationError, OverflowError) as error:
        raise ValueError(text) from error
    return time


@dataclass(frozen=True)
class Window:
    """`begin` is a time with its offset, `limit` the recording's `max_duration_limit`."""

    begin: datetime
    limit: timedelta

    @classmethod
    def of(cls, start_at: str, max_duration_limit: Any) -> Window:
        """The window of a valid declaration; a limit may be a number in quotes."""
        return cls(parse_time(start_at), timedelta(seconds=float(max_duration_limit)))

    @property
    def end(self) -> datetime:
        return self.begin + self.limit

    @property
    def last_end(self) -> datetime:
        """When no task that was started in the window runs any more."""
        return self.end + LATE + self.limit

    def is_open(self, now: datetime) -> bool:
        return self.begin <= now < self.end

    @property
    def trigger(self) -> dict[str, Any]:
        """Stands in the recording's `triggers`: another time is another recording."""
        time = self.begin.astimezone(timezone.utc)
        return {"startAt": time.isoformat().replace("+00:00", "Z")}


class Part(Enum):
    """What becomes of a recording with a window in one run of the program."""

    DECLARED = "declared"
    KEPT = "declared as the state has it"
    ADOPTED = "declared to adopt its running task"
    WAITING = "not declared: its window has not begun"
    MISSED = "not declared: its window has ended"


@dataclass(frozen=True)
class Held:
    """What the state has of a recording for the window: its task, and whether another may run.

    A create that was interrupted may have started one, and so may one whose outcome is not known.
    """

    task_id: str | None = None
    may_have_begun: bool = False


class Decision(NamedTuple):
    """`task_id` is that of the running task to adopt."""

    part: Part
    task_id: str | None = None


def decide(
    window: Window, now: datetime, held: Held, running: Callable[[], str | None]
) -> Decision:
    """Whether a recording is declared at a time.

    `running` looks for a running task of the declaration, which the state may have lost. Outside
    of the window it is only adopted, and what the state has is kept as it is: no edit starts it
    again.
    """
    if window.is_open(now):
        return Decision(Part.DECLARED)
    if window.end <= now < window.last_end and (held.task_id is None or held.may_have_begun):
        task_id = running()
        if task_id not in (None, held.task_id):
            return Decision(Part.ADOPTED, task_id)
    if held.task_id is not None:
        return Decision(Part.KEPT)
    return Decision(Part.WAITING if now < window.begin else Part.MISSED)
