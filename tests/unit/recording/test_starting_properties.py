"""One declaration, one recording: whatever goes wrong, and in whichever order.

Runs of the start protocol against the model of the service, with answers lost before and after the
start was executed, late executions, burnt RecordIds, a full quota, and runs that are killed.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trtc_webrecord.errors import WebRecordError
from trtc_webrecord.recording.attempt import Attempts
from trtc_webrecord.recording.record_id_cache import RecordIdCache
from trtc_webrecord.recording.starting import start
from trtc_webrecord.recording.watching import YOUNG
from unit.clockwork import Clockwork
from unit.declared import KEYS, props
from unit.service_model import LATE, Fate, Killed, Numbered, Service, run_at

starts = st.lists(st.sampled_from(Fate), max_size=8)
sights = st.lists(
    st.sampled_from([Fate.FINE, Fate.FINE, Fate.FINE, Fate.LOST_BEFORE, Fate.KILLED_BEFORE]),
    max_size=8,
)
runs = st.lists(
    st.fixed_dictionaries(
        {"starts": starts, "sights": sights, "pause": st.floats(0, 30), "ends": st.booleans()}
    ),
    max_size=5,
)
NUMBERED = Numbered.model_validate(props(max_duration_limit=86400))
delays = st.floats(0, YOUNG - 1)


class Watched(Service):
    """The service, which looks at each call whether a declaration has two recordings."""

    def _catch_up(self) -> None:
        super()._catch_up()
        running = [task for task in self.tasks if task.ended is None]
        assert len(running) <= 1, running


def up(service: Service, known: RecordIdCache | None = None) -> str:
    """One run of the protocol, as `pulumi up` makes it; the TaskId."""
    run = run_at(service, known=known or RecordIdCache(None, ""))
    recording = start(Attempts(run, NUMBERED, KEYS, lambda: False))
    (task,) = service.live()
    assert (task.task_id, task.record_id) == (recording.task_id, recording.record_id)
    return recording.task_id


def run(*starts: Fate) -> dict[str, Any]:
    return {"starts": list(starts), "sights": [], "pause": 0, "ends": False}


ENDED = {**run(), "ends": True}


@pytest.mark.parametrize("machine", ["the same", "another each time"])
@settings(max_examples=300)
@given(delays, runs)
@example(5, [run(Fate.INTERNAL, Fate.INTERNAL, Fate.INTERNAL_RAN)])
@example(5, [run(Fate.INTERNAL, Fate.INTERNAL, Fate.KILLED_AFTER)])
@example(5, [run(Fate.CAPACITY, Fate.CAPACITY, Fate.LOST_AFTER, *[Fate.LOST_BEFORE] * 9)])
@example(5, [run(Fate.STRANGE, Fate.KILLED_AFTER), run(Fate.LOST_AFTER)])
@example(7, [run(*[Fate.STRANGE, Fate.FINE] * 2, Fate.LOST_LATE, Fate.NOT_SENT), run()])
@example(6, [ENDED, run(Fate.FINE, Fate.CAPACITY, Fate.CAPACITY, Fate.INTERNAL_LATE), run()])
@example(
    9,
    [ENDED, run(Fate.FINE, Fate.LOST_LATE, Fate.REFUSED), run(*[Fate.FINE] * 2, Fate.INTERNAL_RAN)],
)
def test_there_are_never_two_recordings_and_in_the_end_exactly_one(
    machine: str, delay: float, history: list[dict[str, Any]]
) -> None:
    known = RecordIdCache(None, "") if machine == "the same" else None
    service = Watched(Clockwork(), delay)
    for past in history:
        service.fates, service.describe_fates = list(past["starts"]), list(past["sights"])
        with suppress(WebRecordError, Killed):
            up(service, known)
        assert len(service.live()) <= 1
        if past["ends"]:
            service.end(task.task_id for task in service.live())
        service.time.sleep(past["pause"])
    service.fates, service.describe_fates = [], []
    service.time.sleep(LATE)
    first = up(service, known)
    assert up(service, known) == first


@given(delays, st.integers(0, 6))
def test_a_declaration_whose_recordings_ended_gets_a_new_one(delay: float, ended: int) -> None:
    service = Watched(Clockwork(), delay)
    for _ in range(ended):
        service.end([up(service)])
    assert up(service) == f"task-{ended + 1}"
