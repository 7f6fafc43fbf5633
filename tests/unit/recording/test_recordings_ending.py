from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from trtc_webrecord.errors import RecordingError
from trtc_webrecord.recording.watching import POLL, STOP_PATIENCE, YOUNG
from unit.account import Account, unstored
from unit.clockwork import EPOCH
from unit.declared import declaration, props
from unit.service_model import Fate


def test_a_recording_wrongly_seen_as_ended_is_seen_again_and_stopped(account: Account) -> None:
    task, state = account.running()
    wrongly = {**state, "status": "ended", "ended_at": "2026-11-29T10:00:00+00:00"}
    assert (account.run().refresh(task, wrongly) or {})["ended_at"] is None
    assert account.status(task, wrongly) == "recording"
    account.run().stop(task, wrongly)
    assert account.service.live() == []
    assert account.status(task, wrongly) == "ended"


REACHED = "reached its max_duration_limit of 60 min as planned, unless its callback has another"
EARLY = "ended early, after at most"


@pytest.mark.parametrize(
    ("age", "reason", "changes", "said"),
    [
        (120, "", {}, f"{EARLY} 2 of 60 min. Its callback has the reason. Nothing restarts it"),
        (3540, "page crashed", {}, f"{EARLY} 59 of 60 min: page crashed. Nothing"),
        (3600 - YOUNG, "", {}, REACHED),
        (7200, "", {}, REACHED),
        (7200, "page crashed", {}, "has ended: page crashed"),
        (120, "", {"started_at": None}, "has ended. Its callback has the reason"),
        (120, "", {"sdk_app_id": -1}, "has ended. Its callback has the reason"),
    ],
)
def test_an_end_is_as_planned_or_early_by_the_limit_of_the_recording(
    account: Account, age: float, reason: str, changes: dict[str, Any], said: str
) -> None:
    task, state = account.running(max_duration_limit=3600)
    begun = datetime.fromisoformat(state["started_at"])
    account.time.now = begun.timestamp() - EPOCH + age
    account.service.end([task])
    account.service.end_reasons = {task: reason}
    account.messages()
    read = account.run().refresh(task, {**state, **changes}) or {}
    told = account.messages()
    assert f"'lobby' (RecordId {state['record_id']}) {said}" in told
    assert ("Nothing restarts it" in told) == (said != REACHED)
    by = datetime.fromisoformat(read["ended_at"]) - begun
    assert (by.total_seconds(), read["end_reason"]) == (min(age, 3600), reason or None)


def test_a_service_that_cannot_be_asked_leaves_the_state_as_it_was(account: Account) -> None:
    task, state = account.running()
    account.service.describe_fates = [Fate.LOST_BEFORE]
    with pytest.raises(RecordingError) as caught:
        account.run().refresh(task, state)
    for part in ("'lobby'", state["record_id"], "DescribeWebRecord was sent", "same command"):
        assert part in str(caught.value)
    assert task not in str(caught.value)  # one id is enough


def test_a_recording_too_young_to_show_keeps_its_status(account: Account) -> None:
    state = {**props(), **account.run().start(declaration(), unstored)}
    account.time.sleep(YOUNG - 1)
    account.service.end(["task-1"])
    for status in ("recording", "ended"):  # ended, by a clock that was set back since
        assert account.status("task-1", {**state, "status": status}) == status
    account.time.sleep(2)
    assert account.status("task-1", state) == "ended"


@pytest.mark.parametrize(("ended", "seconds"), [(False, 5), (True, YOUNG)])
def test_a_young_recording_is_stopped_once_it_shows_and_gone_if_it_never_does(
    account: Account, ended: bool, seconds: float
) -> None:
    state = {**props(), **account.run().start(declaration(), unstored)}
    account.service.end(["task-1"] * ended)
    account.run().stop("task-1", state)
    assert (account.service.live(), account.time.now) == ([], seconds)


def test_an_ended_recording_is_stopped_without_waiting(account: Account) -> None:
    task, state = account.running()
    account.service.end([task])
    before = account.time.now
    account.run().stop(task, {**state, "status": "ended"})
    assert account.time.now == before


def test_a_recording_that_will_not_stop_stays_in_the_state(account: Account) -> None:
    task, state = account.running()
    account.service.stop_delay = 3600
    before = account.time.now
    with pytest.raises(RecordingError) as caught:
        account.run().stop(task, state)
    assert account.time.now - before == STOP_PATIENCE
    for part in ("'lobby'", state["record_id"], "stays in the stack's state"):
        assert part in str(caught.value)


def test_a_stop_without_a_response_may_have_left_it_running(account: Account) -> None:
    task, state = account.running()
    account.service.describe_fates = [Fate.LOST_BEFORE] * 2  # the stop, and the concurrent describe
    with pytest.raises(RecordingError, match=r"may still be running\. DescribeWebRecord was sent"):
        account.run().stop(task, state)


def test_a_forced_replacement_hands_the_recording_over(account: Account) -> None:
    task, state = account.running()
    run = account.run()
    assert run.start(declaration(), unstored)["task_id"] == task
    run.stop(task, state)
    assert account.live() == [task]
    said = account.messages()
    assert f"'lobby' keeps running as TaskId {task}" in said
    assert "change its `triggers`" in said
    account.run().stop(task, state)
    assert account.service.live() == []


def test_a_task_that_was_adopted_without_a_record_id_is_stopped_and_ends(account: Account) -> None:
    task, state = account.running()
    adopted = {**state, "record_id": None}
    account.run().stop(task, adopted)
    assert account.service.live() == []
    assert account.status(task, adopted) == "ended"


@pytest.mark.parametrize("ahead", [YOUNG, 3600])
def test_a_task_whose_start_lies_in_the_future_has_ended_if_it_is_not_there(
    account: Account, ahead: float
) -> None:
    task, state = account.running()
    account.service.end([task])
    account.time.now = datetime.fromisoformat(state["started_at"]).timestamp() - EPOCH - ahead
    assert account.status(task, state) == "ended"
    account.run().stop(task, state)


def test_a_stop_ends_also_if_the_clock_of_the_service_stands_still(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, state = account.running()
    account.service.end([task])
    started = datetime.fromisoformat(state["started_at"]).timestamp()
    monkeypatch.setattr(account.service, "service_time", lambda: started)
    account.run().stop(task, state)
    assert account.time.naps.count(POLL) <= YOUNG + 1
