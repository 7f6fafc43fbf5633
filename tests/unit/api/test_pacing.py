from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord.api.pacing import Backoff, Pacer
from unit.clockwork import Clockwork


@given(st.floats(0.5, 1000), st.lists(st.floats(0, 2), max_size=60))
def test_no_window_of_a_second_holds_more_than_the_limit(rate: float, idle: list[float]) -> None:
    time = Clockwork()
    pacer = Pacer(rate, time.clock)
    turns = []
    for pause in idle:
        time.now += pause
        pacer.wait()
        turns.append(time.now)
    assert all(later - earlier >= 1 / rate - 1e-9 for earlier, later in pairwise(turns))


def test_a_late_call_goes_at_once_and_saves_up_no_burst() -> None:
    time = Clockwork()
    pacer = Pacer(2, time.clock)
    pacer.wait()
    time.now = 100
    pacer.wait()
    assert time.now == 100
    pacer.wait()
    assert time.now == 100.5


def rate(pacer: Pacer, time: Clockwork) -> float:
    pacer.wait()
    before = time.now
    pacer.wait()
    return 1 / (time.now - before)


def test_a_rejection_slows_down_once_a_second_and_the_rate_comes_back() -> None:
    time = Clockwork()
    pacer = Pacer(20, time.clock)
    for _ in range(5):
        pacer.slow_down()
    assert rate(pacer, time) == pytest.approx(14, rel=0.02)
    time.now = 10
    assert rate(pacer, time) == pytest.approx(19, rel=0.02)
    pacer.slow_down()
    assert rate(pacer, time) == pytest.approx(13.3, rel=0.02)
    time.now = 100
    assert rate(pacer, time) == pytest.approx(20)


def test_a_rejection_in_every_second_leaves_a_least_rate() -> None:
    time = Clockwork()
    pacer = Pacer(20, time.clock)
    for second in range(60):
        time.now = float(second)
        pacer.slow_down()
    assert rate(pacer, time) == pytest.approx(1, rel=0.5)


@pytest.mark.parametrize("pipelines", [2, 8])
def test_pipelines_on_one_account_share_its_limit_with_few_rejections(pipelines: int) -> None:
    sent, limit = 150, 20
    time = [Clockwork() for _ in range(pipelines)]
    pacers = [Pacer(limit, each.clock) for each in time]
    accepted, rejected, second = [0] * pipelines, 0, (0, 0)
    while min(accepted) < sent:
        turn = min(range(pipelines), key=lambda each: time[each].now)
        pacers[turn].wait()
        full = int(time[turn].now)
        second = (full, second[1] + 1 if second[0] == full else 1)
        if second[1] > limit:
            rejected += 1
            pacers[turn].slow_down()
        else:
            accepted[turn] += 1
    taken = max(each.now for each in time)
    assert rejected < 0.5 * sum(accepted)
    assert sum(accepted) / taken > 0.75 * limit
    assert max(accepted) < 2 * min(accepted)


def test_a_pause_is_random_below_a_bound_that_doubles_up_to_the_cap() -> None:
    bounds: list[tuple[float, float]] = []

    def jitter(low: float, high: float) -> float:
        bounds.append((low, high))
        return high

    pauses = Backoff(base=1, cap=8, patience=60).pauses(Clockwork().clock, jitter)
    assert list(islice(pauses, 6)) == [1, 2, 4, 8, 8, 8]
    assert bounds == [(0, 1), (0, 2), (0, 4), (0, 8), (0, 8), (0, 8)]


@given(st.floats(0.1, 2), st.floats(2, 20), st.floats(1, 120))
def test_pauses_end_with_patience(base: float, cap: float, patience: float) -> None:
    time = Clockwork()
    for pause in Backoff(base, cap, patience).pauses(time.clock):
        assert 0 <= pause <= cap
        assert time.now < patience
        time.sleep(pause + 0.01)
    assert time.now >= patience
