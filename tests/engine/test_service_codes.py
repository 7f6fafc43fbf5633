"""What `pulumi` says and does for codes of the service that only its client library documents."""

from __future__ import annotations

import time

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder


def test_a_task_that_the_service_calls_finished_has_ended_without_a_wait(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    recorder.advance(60)
    recorder.end(stack.task_ids()["lobby"])
    finished = {"what": "error", "code": "FailedOperation.TaskFinished", "times": None}
    recorder.inject(action="DescribeWebRecord", **finished)
    recorder.inject(action="StopWebRecord", **finished)
    begun = time.monotonic()
    stack.refresh()
    assert stack.outputs("lobby")["status"] == "ended"
    stack.destroy()
    assert time.monotonic() - begun < 40
    assert live(recorder) == set()


@pytest.mark.parametrize(
    "code", ["FailedOperation.RestrictedFrequency", "OperationDenied.FreqOverLimit"]
)
def test_a_start_that_is_throttled_by_any_code_waits_and_starts_once(
    stack: Stack, recorder: Recorder, code: str
) -> None:
    recorder.inject(action="StartWebRecord", what="error", code=code, times=2)
    stack.program('recording("lobby")')
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())


def test_page_recording_that_is_locked_says_what_unlocks_it(
    stack: Stack, recorder: Recorder
) -> None:
    recorder.inject(
        action="StartWebRecord", what="error", code="FailedOperation.NotAbility", times=None
    )
    stack.program('recording("lobby")')
    text = " ".join(stack.up(expect=1).text.split())
    assert "an RTC-Engine monthly package: buy one for SdkAppId 1600011111" in text


@pytest.mark.parametrize(
    "code", ["FailedOperation.RestrictedConcurrency", "UnsupportedOperation.TaskLimit"]
)
def test_a_full_account_starts_once_there_is_room(
    stack: Stack, recorder: Recorder, code: str
) -> None:
    recorder.inject(action="StartWebRecord", what="error", code=code, times=1)
    stack.program('recording("lobby")')
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())
