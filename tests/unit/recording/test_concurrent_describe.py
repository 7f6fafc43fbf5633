"""The concurrent describe of a stop: what it proves in each order of the responses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

import pytest
from trtc_webrecord.api.client import LiveTask, WebRecordApi
from trtc_webrecord.api.pacing import SILENCE
from trtc_webrecord.errors import Rejected, Unanswered
from trtc_webrecord.recording.watching import Watch
from unit.clockwork import Clockwork

TASK = LiveTask("task-1", "r0", "request-1")
LOST = Unanswered("DescribeWebRecord", "Timeout")


class Answers:
    """Answers looks in turn; the first is given `before` the stop's, or after it."""

    def __init__(self, *looks: LiveTask | Exception | None, before: bool = True) -> None:
        self._looks = list(looks)
        self._before = before
        self._looked, self._stopped = threading.Event(), threading.Event()
        self.looks = 0
        self.stop_error: Exception | None = None
        self.on_stop: Callable[[], None] = lambda: None
        self.sendings = 1

    def describe(self, task_id: str) -> LiveTask | None:
        self.looks += 1
        if not self._before:
            assert self._stopped.wait(5)
        answer = self._looks.pop(0)
        self._looked.set()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stop(self, task_id: str, on_send: Callable[[], None] | None = None) -> None:
        assert on_send
        for _ in range(self.sendings):
            self._looked.clear()
            on_send()
            if self._before:
                assert self._looked.wait(5)
        self._stopped.set()
        self.on_stop()
        if self.stop_error:
            raise self.stop_error


def stop(api: Answers, time: Clockwork, is_young: Callable[[], bool]) -> bool:
    return Watch(cast("WebRecordApi", api), time.clock).stop("task-1", is_young)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("looks", "sent"), [([None], 1), ([TASK, None], 2), ([LOST, None], 2), ([TASK, TASK, None], 3)]
)
def test_a_describe_that_proves_nothing_is_repeated_after_the_stop(
    before: bool, looks: list[LiveTask | Exception | None], sent: int
) -> None:
    api = Answers(*looks, before=before)
    assert stop(api, Clockwork(), lambda: False)
    assert api.looks == sent


def test_the_error_of_a_stop_counts_whatever_the_describe_returns() -> None:
    api = Answers(None)
    api.stop_error = Rejected("StopWebRecord", "FailedOperation.NotAbility")
    with pytest.raises(Rejected, match="StopWebRecord"):
        stop(api, Clockwork(), lambda: False)


def test_the_error_of_the_second_describe_is_raised() -> None:
    with pytest.raises(Unanswered):
        stop(Answers(LOST, LOST), Clockwork(), lambda: False)


def test_a_describe_of_what_turns_out_to_be_young_proves_nothing() -> None:
    api = Answers(None, None)
    young = iter([False, True])
    assert stop(api, Clockwork(), lambda: next(young))
    assert api.looks == 2


def test_a_stop_that_is_sent_again_has_a_concurrent_describe_again() -> None:
    api = Answers(TASK, None)
    api.sendings = 2
    assert stop(api, Clockwork(), lambda: False)
    assert api.looks == 2


def test_a_stop_that_takes_long_is_followed_by_a_second_describe() -> None:
    api, time = Answers(None, None), Clockwork()
    api.on_stop = lambda: time.sleep(SILENCE)
    assert stop(api, time, lambda: False)
    assert api.looks == 2
