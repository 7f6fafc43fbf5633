"""The start protocol as a table: what the service does, and what comes of it."""

from __future__ import annotations

from typing import Any

import pytest
from trtc_webrecord.declaration.record_id import PERIOD
from trtc_webrecord.errors import ApiError, RecordingError
from trtc_webrecord.recording.attempt import FAILURE_PAUSE, PATIENCE, Attempts
from trtc_webrecord.recording.outcome import Progress, Recording, timestamp
from trtc_webrecord.recording.record_id_cache import RecordIdCache
from trtc_webrecord.recording.starting import MAX_ATTEMPTS, start
from trtc_webrecord.recording.watching import YOUNG
from unit.clockwork import EPOCH, Clockwork
from unit.declared import KEYS, props
from unit.service_model import Fate, Numbered, Service, run_at


class Bench:
    """One declaration, whose RecordIds are r0, r1, r2…, and the service it is started at."""

    def __init__(self, visible_after: float = 5.0) -> None:
        self.time = Clockwork()
        self.service = Service(self.time, visible_after)
        self.known = RecordIdCache(None, "")
        self.shown: list[str] = []
        self.began = False
        self.progress = Progress()

    def run(self, *, own: bool = False, longest: int = PERIOD) -> Recording:
        given = props(record_id="own") if own else props()
        declaration = Numbered.model_validate({**given, "max_duration_limit": longest})
        run = run_at(self.service, notify=self.shown.append, known=self.known)
        return start(Attempts(run, declaration, KEYS, lambda: self.began, self.progress))

    def failure(self, **options: Any) -> str:
        with pytest.raises((RecordingError, ApiError)) as caught:
            self.run(**options)
        return str(caught.value)

    def race(self, record_id: str) -> None:
        """Let another run start this RecordId right before this one's request arrives."""
        start = self.service.start

        def raced(body: dict[str, Any]) -> Any:
            if body["RecordId"] == record_id and record_id not in self.service.asked:
                start({"RecordId": record_id})
            return start(body)

        self.service.start = raced  # type: ignore[method-assign]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_first_start_takes_one_call_and_no_time(bench: Bench) -> None:
    assert bench.run() == Recording(
        "task-1", "r0", "start of task-1", adopted=False, started_at=timestamp(EPOCH)
    )
    assert (bench.service.asked, bench.time.naps) == (["r0"], [])


@pytest.mark.parametrize(
    ("used", "running", "asked"),
    [([], "r0", ["r0"]), (["r0", "r1"], "r2", ["r0", "r1", "r2"]), ([], "-1r0", [])],
    ids=["of today", "behind used RecordIds", "since the day before"],
)
def test_a_task_that_runs_already_is_adopted(
    bench: Bench, used: list[str], running: str, asked: list[str]
) -> None:
    bench.service.use_up(*used)
    (task,) = bench.service.run(running)
    assert bench.run() == Recording(task, running, f"sight of {task}", adopted=True)
    assert (bench.service.asked, bench.time.now) == (asked, len(used) * YOUNG)


@pytest.mark.parametrize(("visible_after", "shows", "lines"), [(4, 6, 0), (5, 6, 0), (9, 10, 1)])
def test_a_task_too_young_to_show_is_waited_for_and_adopted_with_a_line_after_five_seconds(
    visible_after: float, shows: float, lines: int
) -> None:
    bench = Bench(visible_after)
    first, second = bench.run(), bench.run()
    assert (second.task_id, second.adopted) == (first.task_id, True)
    assert (bench.service.asked, bench.time.now) == (["r0", "r0"], shows)
    assert len(bench.shown) == lines
    assert all("'lobby': waiting up to 15 s: RecordId r0 was used bef" in x for x in bench.shown)


@pytest.mark.parametrize("lives", [1, 2, 3])
def test_each_ended_task_that_is_not_known_costs_a_wait(bench: Bench, lives: int) -> None:
    bench.service.use_up(*(f"r{n}" for n in range(lives)))
    assert bench.run().record_id == f"r{lives}"
    assert bench.time.now == lives * YOUNG


@pytest.mark.parametrize("lives", [1, 2, 20, 200])
def test_ended_tasks_that_are_known_are_not_asked_for(bench: Bench, lives: int) -> None:
    bench.service.use_up(*(f"r{n}" for n in range(lives)))
    for n in range(lives):
        bench.known.add_used(f"r{n}")
    assert bench.run().record_id == f"r{lives}"
    assert (bench.service.asked, bench.time.naps) == ([f"r{lives}"], [])


def test_what_a_start_has_waited_for_is_known_to_the_next_one(bench: Bench) -> None:
    bench.service.use_up("r0", "r1", "r2")
    bench.service.end([bench.run().task_id])
    bench.service.bodies.clear()
    assert bench.run().record_id == "r4"
    assert bench.service.asked == ["r3", "r4"]


@pytest.mark.parametrize("used", [0, 1, 2])
def test_of_two_runs_at_the_same_moment_the_second_adopts(bench: Bench, used: int) -> None:
    """The other one's task is not visible yet when its RecordId turns out to be used."""
    bench.service.use_up(*(f"r{n}" for n in range(used)))
    bench.race(f"r{used}")
    assert bench.run().record_id == f"r{used}"
    assert [task.record_id for task in bench.service.tasks][used:] == [f"r{used}"]


def test_the_day_before_is_searched_past_what_is_known_and_as_deep_as_told(bench: Bench) -> None:
    (task,) = bench.service.run("-1r3")
    for n in range(3):
        bench.known.add_used(f"-1r{n}")
    assert bench.run().task_id == task
    bench.known = RecordIdCache(None, "")
    bench.began = True
    assert bench.run().task_id == task


@pytest.mark.parametrize(
    ("knows_the_time", "hours_into_the_day", "looks"),
    [(True, 2.1, False), (True, 1.9, True), (False, 2.1, True)],
)
def test_the_day_before_is_left_out_once_its_tasks_have_reached_their_limit(
    bench: Bench, knows_the_time: bool, hours_into_the_day: float, looks: bool
) -> None:
    bench.service.knows_service_time = knows_the_time
    bench.time.sleep(PERIOD - EPOCH % PERIOD + hours_into_the_day * 3600)
    bench.service.describe_fates = [Fate.REFUSED]
    if looks:
        assert "was not started. DescribeWebRecord" in bench.failure(longest=3600)
    else:
        assert bench.run(longest=3600).record_id == "1r0"


def test_what_was_used_on_other_days_costs_nothing(bench: Bench) -> None:
    bench.service.use_up(*(f"{day}r{n}" for day in (-1, -2) for n in range(30)))
    assert bench.run().record_id == "r0"
    assert (bench.service.asked, bench.time.naps) == (["r0"], [])


def test_right_after_midnight_a_young_task_of_the_day_before_is_waited_for(bench: Bench) -> None:
    bench.time.sleep(PERIOD - EPOCH % PERIOD - 2)
    before = bench.run()
    bench.time.sleep(3)
    assert bench.run() == Recording(
        before.task_id, "r0", f"sight of {before.task_id}", adopted=True
    )


def test_the_day_is_that_of_the_service_not_of_this_machine(bench: Bench) -> None:
    """The first response shows the service's time: here it is a day ahead."""
    look = bench.service.describe_by_record_id

    def first_response(sdk_app_id: int, record_id: str) -> Any:
        bench.service.service_time = lambda: bench.time.wall() + PERIOD  # type: ignore[method-assign]
        return look(sdk_app_id, record_id)

    bench.service.describe_by_record_id = first_response  # type: ignore[method-assign]
    (task,) = bench.service.run("r0")
    assert bench.run().task_id == task
    bench.service.end([task])
    assert bench.run().record_id == "1r0"


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
def test_a_rejection_behind_a_doubtful_start_leaves_the_doubt(bench: Bench, doubt: Fate) -> None:
    bench.service.fates = [doubt, Fate.REFUSED]
    assert "NotAbility" in bench.failure()
    assert bench.progress.record_id == "r0"
    assert bench.progress.doubt


def test_no_answer_for_long_names_the_record_id_that_may_run(bench: Bench) -> None:
    bench.service.fates = [Fate.LOST_BEFORE] * 99
    assert "no usable response" in bench.failure()
    assert bench.progress.record_id == "r0"
    assert set(bench.service.asked) == {"r0"}
    assert PATIENCE <= bench.time.now <= PATIENCE + 32


def test_a_row_of_used_record_ids_ends_with_the_way_out(bench: Bench) -> None:
    bench.service.use_up(*(f"r{n}" for n in range(MAX_ATTEMPTS)))
    message = bench.failure()
    assert f"its {MAX_ATTEMPTS} RecordIds of this day, from r0 on, are all used" in message
    assert "TaskExist" in message
    assert "triggers" in message


def test_a_record_id_of_the_users_own_never_varies(bench: Bench) -> None:
    bench.service.fates = [Fate.CAPACITY, Fate.INTERNAL]
    assert bench.run(own=True).record_id == "own"
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
    message = bench.failure(own=True)
    assert "its record_id 'own' is already used and has no running task" in message
    assert "FailedOperation.TaskExist" in message
    assert bench.service.asked == ["own"] * asked


@pytest.mark.parametrize("visible_after", [0, 5])
def test_a_task_that_runs_under_the_users_record_id_is_not_adopted(visible_after: float) -> None:
    bench = Bench(visible_after)
    task = bench.service.start({"RecordId": "own"}).task_id
    message = bench.failure(own=True)
    assert "its record_id 'own' is that of a running task, which goes on" in message
    assert f"set adopt_task_id to {task}" in message
    assert len(bench.service.live()) == 1


@pytest.mark.parametrize("visible_after", [0, 5])
def test_it_is_adopted_where_the_declaration_started_it(visible_after: float) -> None:
    bench = Bench(visible_after)
    bench.began = True
    task = bench.service.start({"RecordId": "own"}).task_id
    assert bench.run(own=True) == Recording(task, "own", f"sight of {task}", adopted=True)


def test_it_is_adopted_where_this_run_started_it(bench: Bench) -> None:
    bench.service.fates = [Fate.INTERNAL_RAN]
    assert bench.run(own=True).adopted


def test_a_look_that_fails_before_the_start_starts_nothing(bench: Bench) -> None:
    for own in (True, False):
        bench.service.describe_fates = [Fate.REFUSED]
        message = bench.failure(own=own)
        assert "was not started. DescribeWebRecord returned FailedOperation.NotAbility" in message
    assert bench.service.bodies == []
