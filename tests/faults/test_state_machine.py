"""Random histories of a stack; seeded, so that a failing one is reproducible."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import pytest
from faults.failures import DESCRIBE, START
from faults.stateful import declarations
from faults.stateful.disruptions import Failure, Kill
from faults.stateful.state_machine import StackMachine
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from trtc_webrecord.dynamic import provider as dynamic_provider
from trtc_webrecord.errors import Unanswered
from trtc_webrecord.recording.watching import Watch

QUICK_HISTORIES = 30
HISTORIES = 120
STEPS = 25


@pytest.fixture(autouse=True)
def in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No concurrent describe beside a stop: with a thread of its own no history would repeat.

    tests/unit/recording/test_concurrent_describe.py is about it.
    """
    unanswered: Future[None] = Future()
    unanswered.set_exception(Unanswered("DescribeWebRecord", "Timeout"))
    monkeypatch.setattr(Watch, "_describe_concurrently", lambda self, task_id: unanswered)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, no credentials from the environment, no cached RecordIds of a broken provider."""
    declarations._record_ids.cache_clear()
    monkeypatch.setenv("no_proxy", "*")
    for name in ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def run_histories(histories: int, number: int, *phases: Phase) -> None:
    """Run `histories` histories of at most STEPS rules each; `number` is the seed."""
    run_state_machine_as_test(
        seed(number)(StackMachine),
        settings=settings(
            max_examples=histories,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(
    ("number", "histories"),
    [(1, QUICK_HISTORIES), *(pytest.param(n, HISTORIES, marks=pytest.mark.slow) for n in (2, 3))],
)
def test_live_tasks_are_those_in_the_state_after_any_history(number: int, histories: int) -> None:
    run_histories(histories, number, Phase.generate, Phase.shrink)


def run_history(of: Callable[[StackMachine], None]) -> None:
    history = StackMachine()
    try:
        of(history)
    finally:
        history.teardown()


def replacement_killed_and_put_back(history: StackMachine) -> None:
    """Killed before it stops the old one."""
    history.begin(names=("lobby",))
    history.change(name="lobby", version="half an hour", during=[Kill(3, "sending")])
    history.put_back(name="lobby")


def failed_start_read_before_the_next_up(history: StackMachine) -> None:
    """A start that failed, while an interrupted one of an earlier version still runs."""
    history.begin(names=())
    history.declare(name="lobby", during=[Kill(2, "acted")])
    lost = Failure(START, "cut, executed"), Failure(DESCRIBE, "HTTP 503", 200, after=1)
    history.change_a_pending_create(name="lobby", during=lost)
    assert len(history.model.live()) == 2
    history.preview()
    history.refresh()
    history.settle()


@pytest.mark.parametrize(
    "history", [replacement_killed_and_put_back, failed_start_read_before_the_next_up]
)
def test_a_history_that_random_ones_seldom_meet(history: Callable[[StackMachine], None]) -> None:
    run_history(history)


def believes_that_a_young_task_is_gone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Watch, "stop", lambda self, task_id, *_: self._stop_if_there(task_id) or True)


def forgets_what_failed_after_its_start(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(dynamic_provider, "store_partial_state", lambda unfinished: None)


@pytest.mark.parametrize(
    "broken",
    [believes_that_a_young_task_is_gone, forgets_what_failed_after_its_start],
    ids=lambda broken: broken.__name__,
)
def test_a_broken_provider_is_found(broken: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(broken)
    broken(monkeypatch)
    with pytest.raises(AssertionError):
        run_histories(HISTORIES, 4, Phase.generate)
