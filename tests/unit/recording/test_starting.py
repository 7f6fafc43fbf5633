"""The start protocol as a table: what the service does, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from trtc_webrecord.errors import RecordingError
from trtc_webrecord.recording.starting import (
    FAILURE_PAUSE,
    MAX_ATTEMPTS,
    PATIENCE,
    Recording,
    Start,
)
from trtc_webrecord.recording.watching import YOUNG, Watch
from unit.clockwork import Clockwork
from unit.service_model import Fate, Service


class Bench:
    """One declaration, whose RecordIds are r0, r1, r2…, and the service it is started at."""

    def __init__(self, visible_after: float = 5.0) -> None:
        self.time = Clockwork()
        self.service = Service(self.time, visible_after)

    def run(self, *, fixed: bool = False, first: int = 0) -> Recording:
        return Start(
            name="lobby",
            sdk_app_id=1600011111,
            request=lambda record_id: {"RecordId": record_id},
            record_ids=lambda attempt: "own" if fixed else f"r{attempt}",
            fixed=fixed,
            first=first,
            api=self.service,
            watch=Watch(self.service, self.time.clock),
            clock=self.time.clock,
        ).run()

    def failure(self, **options: Any) -> str:
        with pytest.raises(RecordingError) as caught:
            self.run(**options)
        return str(caught.value)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_first_start_takes_one_call_and_no_time(bench: Bench) -> None:
    assert bench.run() == Recording("task-1", "r0", "start of task-1", adopted=False)
    assert (bench.service.asked, bench.time.naps) == (["r0"], [])


def test_a_task_that_runs_already_is_adopted(bench: Bench) -> None:
    (task,) = bench.service.run("r0")
    assert bench.run() == Recording(task, "r0", f"sight of {task}", adopted=True)
    assert bench.time.naps == []


def test_a_task_too_young_to_show_is_waited_for_and_adopted(bench: Bench) -> None:
    first, second = bench.run(), bench.run()
    assert (second.task_id, second.adopted) == (first.task_id, True)
    assert bench.service.asked == ["r0", "r0"]
    assert 5 <= bench.time.now <= 6


def test_an_ended_task_makes_way_for_the_next_record_id(bench: Bench) -> None:
    bench.service.use_up("r0", "r1")
    assert bench.run().record_id == "r2"
    assert 2 * YOUNG <= bench.time.now <= 2 * YOUNG + 2


def test_ended_tasks_that_are_known_are_not_asked_for(bench: Bench) -> None:
    bench.service.use_up("r0", "r1")
    assert bench.run(first=2).record_id == "r2"
    assert (bench.service.asked, bench.time.naps) == (["r2"], [])


@pytest.mark.parametrize(
    ("fates", "asked", "adopted", "soonest", "latest"),
    [
        ([Fate.LOST_BEFORE], ["r0", "r0"], False, 15, 17),
        ([Fate.LOST_BEFORE, Fate.LOST_BEFORE], ["r0"] * 3, False, 30, 34),
        ([Fate.LOST_AFTER], ["r0"], True, 15, 16),
        ([Fate.LOST_LATE], ["r0", "r0"], False, 1, 2),
        ([Fate.INTERNAL], ["r0", "r0"], False, 5, 6),
        ([Fate.INTERNAL_RAN], ["r0", "r0"], True, 5, 7),
        ([Fate.INTERNAL_LATE], ["r0", "r0"], False, 5, 6),
        ([Fate.INTERNAL_BURNT], ["r0", "r0", "r1"], False, 20, 22),
        ([Fate.CAPACITY], ["r0", "r0"], False, 5, 6),
        ([Fate.CAPACITY, Fate.CAPACITY], ["r0"] * 3, False, 15, 16),
        ([Fate.CAPACITY_BURNT], ["r0", "r0", "r1"], False, 20, 22),
        ([Fate.STRANGE], ["r0", "r0", "r1"], False, 20, 22),
        ([Fate.CAPACITY, Fate.LOST_AFTER], ["r0", "r0"], True, 20, 22),
        ([Fate.LOST_BEFORE, Fate.STRANGE], ["r0", "r0", "r0", "r1"], False, 35, 38),
    ],
    ids=str,
)
def test_a_start_that_goes_wrong_ends_in_one_recording(
    bench: Bench,
    fates: list[Fate],
    asked: list[str],
    adopted: bool,
    soonest: float,
    latest: float,
) -> None:
    bench.service.fates = fates
    recording = bench.run()
    assert [task.task_id for task in bench.service.live()] == [recording.task_id]
    assert (bench.service.asked, recording.adopted) == (asked, adopted)
    assert recording.record_id == asked[-1]
    assert soonest <= bench.time.now <= latest


def test_a_full_quota_is_reported_after_three_tries_with_growing_pauses(bench: Bench) -> None:
    bench.service.fates = [Fate.CAPACITY] * 9
    message = bench.failure()
    assert "RecordId r0" in message
    assert "ResourceInsufficient.RequestRejection" in message
    assert "Free capacity" in message
    assert bench.service.asked == ["r0"] * 3
    assert bench.time.naps == [FAILURE_PAUSE, 2 * FAILURE_PAUSE]


def test_a_full_quota_burns_no_long_row_of_record_ids(bench: Bench) -> None:
    bench.service.fates = [Fate.CAPACITY_BURNT, Fate.FINE] * 9
    assert "could not be started after 3 failed requests" in bench.failure()
    assert bench.service.asked == ["r0", "r0", "r1", "r1", "r2"]


def test_used_record_ids_do_not_count_against_the_three(bench: Bench) -> None:
    bench.service.use_up("r0", "r1", "r2", "r3")
    bench.service.fates = [Fate.FINE] * 4 + [Fate.CAPACITY] * 2
    assert bench.run().record_id == "r4"


@pytest.mark.parametrize(
    ("fate", "hint"),
    [
        (Fate.REFUSED, "unlocked"),
        (Fate.NOT_SENT, "trtc:endpoint"),
        (Fate.THROTTLED, "trtc:requestsPerSecond"),
    ],
)
def test_what_was_not_executed_is_reported_at_once_with_a_remedy(
    bench: Bench, fate: Fate, hint: str
) -> None:
    bench.service.fates = [fate]
    message = bench.failure()
    assert message.startswith("recording 'lobby' (RecordId r0) was not started. StartWebRecord ")
    assert hint in message
    assert (bench.service.asked, bench.time.naps) == (["r0"], [])


@pytest.mark.parametrize("doubt", [Fate.LOST_BEFORE, Fate.INTERNAL, Fate.CAPACITY])
def test_a_refusal_behind_a_doubtful_start_leaves_the_doubt(bench: Bench, doubt: Fate) -> None:
    bench.service.fates = [doubt, Fate.REFUSED]
    message = bench.failure()
    assert "not known whether RecordId r0 was started" in message
    assert "adopts it" in message


def test_no_answer_for_long_names_the_record_id_that_may_run(bench: Bench) -> None:
    bench.service.fates = [Fate.LOST_BEFORE] * 99
    message = bench.failure()
    assert "RecordId r0" in message
    assert "A task may be running; the next `pulumi up`" in message
    assert set(bench.service.asked) == {"r0"}
    assert PATIENCE <= bench.time.now <= PATIENCE + 32


def test_where_it_cannot_be_looked_for_the_doubt_is_reported(bench: Bench) -> None:
    bench.service.run("r0")
    bench.service.describe_fates = [Fate.LOST_BEFORE]
    assert "not known whether RecordId r0 was started. DescribeWebRecord" in bench.failure()


def test_a_row_of_used_record_ids_ends_with_the_way_out(bench: Bench) -> None:
    bench.service.use_up(*(f"r{n}" for n in range(MAX_ATTEMPTS)))
    message = bench.failure()
    assert "RecordIds r0 and the 63 after it" in message
    assert "TaskExist" in message
    assert "triggers" in message


def test_a_record_id_of_the_users_own_never_varies(bench: Bench) -> None:
    bench.service.fates = [Fate.CAPACITY, Fate.INTERNAL]
    assert bench.run(fixed=True).record_id == "own"
    assert bench.service.asked == ["own"] * 3


@pytest.mark.parametrize(
    ("fates", "asked"), [([], 1), ([Fate.STRANGE], 2)], ids=["spent before", "spent by a failure"]
)
def test_a_record_id_of_the_users_own_that_is_used_is_reported(
    bench: Bench, fates: list[Fate], asked: int
) -> None:
    if not fates:
        bench.service.use_up("own")
    bench.service.fates = fates
    message = bench.failure(fixed=True)
    assert "its record_id 'own' is already used and has no running task" in message
    assert "FailedOperation.TaskExist" in message
    assert bench.service.asked == ["own"] * asked


def test_a_record_id_of_the_users_own_is_adopted_where_it_runs(bench: Bench) -> None:
    bench.service.run("own")
    assert bench.run(fixed=True).adopted
