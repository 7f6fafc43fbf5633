from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from trtc_webrecord.stack_program.windows import Held, Part, Window, decide

NINE = "2026-12-01T09:00+01:00"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
EVENTS = ["up", "up", "up", "killed", "not begun", "state lost", "edit", "later"]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        (NINE, "2026-12-01T08:00:00Z"),
        ("2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z"),
        ("2026-12-01 08:00:00.5z", "2026-12-01T08:00:00.500000Z"),
        ("2028-02-29T00:30:00+05:45", "2028-02-28T18:45:00Z"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:30:00Z"),  # the hour that a clock has twice
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30:00Z"),
    ],
)
def test_a_time_has_an_offset_and_is_the_same_in_every_other(text: str, utc: str) -> None:
    assert Window.of(text, "3600").trigger == {"startAt": utc}


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.timezones()),
    st.integers(1800, 86400),
)
def test_a_window_has_its_begin_and_not_its_end(begin: datetime, limit: int) -> None:
    begin = begin.replace(second=0, microsecond=0)
    offset = begin.utcoffset() or timedelta()
    begin = begin.astimezone(timezone(timedelta(minutes=offset // timedelta(minutes=1))))
    window = Window.of(begin.isoformat(), limit)
    utc = begin.astimezone(timezone.utc)
    end = utc + timedelta(seconds=limit)
    found = [
        decide(window, now, Held(), lambda: None).part
        for now in (utc - SECOND, utc, end - SECOND, end)
    ]
    assert found == [Part.WAITING, Part.DECLARED, Part.DECLARED, Part.MISSED]


class Key(NamedTuple):
    """What a RecordId is derived from."""

    time: str
    edit: int


@dataclass
class Stack:
    """One recording with startAt: the service's tasks, the state and the config, at a time."""

    now: datetime
    key: Key
    tasks: dict[str, tuple[Key, datetime]] = field(default_factory=dict)
    stored: tuple[str, Key] | None = None
    pending: set[Key] = field(default_factory=set)
    starts: int = 0

    @property
    def window(self) -> Window:
        return Window.of(self.key.time, 3600)

    def live(self) -> dict[str, Key]:
        """The running tasks."""
        return {task: key for task, (key, begun) in self.tasks.items() if self.now < begun + HOUR}

    def running(self) -> str | None:
        return next((task for task, key in self.live().items() if key == self.key), None)

    def up(self, killed: str = "") -> Part:
        task, key = self.stored or (None, None)
        same = key is not None and key.time == self.key.time
        held = Held(task if same else None, bool(self.pending))
        part, adopted = decide(self.window, self.now, held, self.running)
        if part is Part.ADOPTED:
            assert adopted
            self._store(adopted)
        elif part is Part.DECLARED and key != self.key:
            self._create(killed)
        elif part in (Part.WAITING, Part.MISSED):
            self._stop()
        return part

    def _create(self, killed: str) -> None:
        running = self.running()
        if killed:
            self.pending.add(self.key)
        if running is None and killed != "before the start":
            assert self.window.is_open(self.now), "a start outside of its window"
            self.starts += 1
            running = f"task-{self.starts}"
            self.tasks[running] = self.key, self.now
        if running and not killed:
            self._store(running)

    def _store(self, task: str) -> None:
        if self.stored and self.stored[0] != task:
            self._stop()
        self.stored = task, self.key

    def _stop(self) -> None:
        if self.stored:
            del self.tasks[self.stored[0]]
        self.stored = None


@example([(4190, "killed"), (20, "up")])
@example([(4100, "killed"), (3500, "up")])
@example([(1200, "up"), (3600, "edit"), (0, "up")])
@example([(1200, "up"), (0, "edit"), (2900, "killed"), (200, "up")])
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2400),
            st.sampled_from(EVENTS),
        ),
        max_size=12,
    )
)
def test_nothing_starts_twice_or_outside_of_its_window_and_nothing_that_runs_is_lost(
    events: list[tuple[int, str]],
) -> None:
    begin = datetime(2026, 12, 1, 23, tzinfo=timezone.utc)
    stack = Stack(begin - HOUR / 6, Key(begin.isoformat(), 0))
    due = False
    for seconds, event in events:
        stack.now += timedelta(seconds=seconds)
        if event == "up":
            part = stack.up()
            due = due or part is Part.DECLARED
            assert (part is Part.DECLARED) == stack.window.is_open(stack.now)
            ours = [task for task, key in stack.live().items() if key == stack.key]
            assert ours in ([], [stack.stored and stack.stored[0]])
            assert not due or stack.stored
        elif event == "state lost":
            stack.stored, due = None, False
            stack.pending.clear()
        elif event == "edit":
            stack.key = stack.key._replace(edit=stack.key.edit + 1)
        elif event == "later":
            stack.key = Key((stack.now + HOUR).isoformat(), 0)
            due = False
        else:
            stack.up("before the start" if event == "not begun" else "after the start")
        mine = [key for key in stack.live().values() if key == stack.key]
        assert len(mine) <= 1
