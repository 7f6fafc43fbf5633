"""Looking at a task over time, by a clock that nobody waits for."""

from __future__ import annotations

from typing import cast

import pytest
from trtc_webrecord.api.client import WebRecordApi
from trtc_webrecord.errors import TaskNotExist
from trtc_webrecord.recording.watching import SILENCE, YOUNG, Watch
from unit.clockwork import Clockwork
from unit.service_model import Service


class Bench:
    """A service, and a watch on it."""

    def __init__(self) -> None:
        self.time = Clockwork()
        self.service = Service(self.time)
        self.watch = Watch(cast("WebRecordApi", self.service), self.time.clock)

    def start(self) -> str:
        return self.service.start({"RecordId": "r0"}).task_id

    def end_at(self, moment: float) -> None:
        self.service.tasks[0].ended = moment

    def startup(self, seconds: float) -> str | None:
        return self.watch.startup("lobby", "task-1", "r0", seconds)


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("request_time", "looks"), [(0, [0, 1, 3, 6, 10, 15]), (0.3, [0, 1.3, 3.6, 6.9, 11.2, 15.3])]
)
def test_a_task_is_looked_for_ever_less_often_and_last_when_it_is_no_longer_young(
    bench: Bench, request_time: float, looks: list[float]
) -> None:
    times: list[float] = []

    def look() -> None:
        times.append(bench.time.now)
        bench.time.sleep(request_time)

    assert bench.watch.until_shown(look) is None
    assert times == pytest.approx(looks)
    assert times[-1] >= YOUNG


@pytest.mark.parametrize(("seconds", "until"), [(1, 5), (5, 5), (20, 20)])
def test_a_task_that_stays_up_is_watched_for_as_long_as_asked(
    bench: Bench, seconds: float, until: float
) -> None:
    bench.start()
    bench.startup(seconds)
    assert bench.time.now == until
    assert bench.service.stopped == []


@pytest.mark.parametrize(("ended", "noticed"), [(0, YOUNG), (3, YOUNG), (9, 9), (29.5, 30)])
def test_a_task_that_ends_by_itself_meanwhile_is_reported(
    bench: Bench, ended: float, noticed: float
) -> None:
    bench.start()
    bench.end_at(ended)
    message = bench.startup(30)
    assert message
    assert bench.time.now == noticed
    assert bench.service.stop_requests == ["task-1"]
    assert "RecordId r0, TaskId task-1" in message
    assert "startup_watch of 30 s" in message


def test_what_the_service_says_of_a_task_that_ended_is_reported(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(task_id: str, on_send: object) -> None:
        detail = "Task does not exist. It has ended: net::ERR_CONNECTION_REFUSED."
        raise TaskNotExist("StopWebRecord", "FailedOperation.TaskNotExist", detail, "request-9")

    monkeypatch.setattr(bench.service, "stop", stop)
    bench.start()
    bench.end_at(3)
    message = bench.startup(30)
    assert (
        "not ready in time. StopWebRecord returned FailedOperation.TaskNotExist: Task does not "
        "exist. It has ended: net::ERR_CONNECTION_REFUSED. (RequestId request-9). Nothing is being "
        "recorded." in (message or "")
    )


def test_a_stopped_task_is_watched_until_it_no_longer_shows(bench: Bench) -> None:
    (task,) = bench.service.run("r0")
    bench.service.stop_delay = 12
    said: list[float] = []
    assert bench.watch.stop(task, lambda: False, on_wait=lambda: said.append(bench.time.now))
    assert bench.time.now == 12
    assert said == [SILENCE]
