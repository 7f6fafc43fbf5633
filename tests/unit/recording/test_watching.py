from __future__ import annotations

import pytest
from trtc_webrecord.api.pacing import SILENCE
from trtc_webrecord.errors import RecordingError, TaskNotExist
from trtc_webrecord.recording.watching import YOUNG
from unit.account import Account, unstored
from unit.declared import declaration


@pytest.mark.parametrize(
    ("request_time", "looks"), [(0, [0, 1, 3, 6, 10, 15]), (0.3, [0, 1.3, 3.6, 6.9, 11.2, 15.3])]
)
def test_a_task_is_looked_for_ever_less_often_and_last_when_it_is_no_longer_young(
    account: Account, monkeypatch: pytest.MonkeyPatch, request_time: float, looks: list[float]
) -> None:
    times: list[float] = []

    def look(task_id: str) -> None:
        times.append(account.time.now)
        account.time.sleep(request_time)

    monkeypatch.setattr(account.service, "describe", look)
    with pytest.raises(RecordingError, match="adopt_task_id task-9 was not adopted"):
        account.run().start(declaration(adopt_task_id="task-9"), unstored)
    assert times == pytest.approx(looks)


@pytest.mark.parametrize(("seconds", "until"), [(0, 0), (1, 5), (5, 5), (20, 20)])
def test_a_task_that_stays_up_is_watched_for_as_long_as_asked(
    account: Account, seconds: float, until: float
) -> None:
    account.run().start(declaration(startup_watch=seconds), unstored)
    assert (account.time.now, account.service.stopped) == (until, [])


def startup(account: Account, ended: float) -> str:
    """The error of a watch of 30 s, during which the task ends by itself."""
    account.service.lifetime = ended
    with pytest.raises(RecordingError) as caught:
        account.run().start(declaration(startup_watch=30), unstored)
    return str(caught.value)


@pytest.mark.parametrize(("ended", "noticed"), [(0, YOUNG), (3, YOUNG), (9, 9), (29.5, 30)])
def test_a_task_that_ends_by_itself_meanwhile_is_stopped_and_reported(
    account: Account, ended: float, noticed: float
) -> None:
    message = startup(account, ended)
    assert (account.time.now, account.service.stop_requests) == (noticed, ["task-1"])
    assert f"RecordId {account.service.asked[0]}) ended by itself" in message
    assert "startup_watch of 30 s" in message
    account.service.lifetime = None
    assert account.run().start(declaration(), unstored)["task_id"] == "task-2"


def test_what_the_service_says_of_a_task_that_ended_is_reported(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(task_id: str, on_send: object) -> None:
        detail = "Task does not exist. It has ended: net::ERR_CONNECTION_REFUSED."
        raise TaskNotExist("StopWebRecord", "FailedOperation.TaskNotExist", detail, "request-9")

    monkeypatch.setattr(account.service, "stop", stop)
    said = "startup_watch of 30 s: net::ERR_CONNECTION_REFUSED. Nothing is being recorded."
    assert said in startup(account, 3)


def test_a_stopped_task_is_watched_until_it_no_longer_shows(account: Account) -> None:
    task, state = account.running()
    account.service.stop_delay = 12
    before = account.time.now
    account.run().stop(task, state)
    assert account.time.now == before + 12
    assert account.shown_at == [before + SILENCE]
    assert "waiting up to 75 s until it is gone" in account.messages()
