"""A create that fails after its start is in the state, and the next command finishes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

pytestmark = pytest.mark.providers("dynamic", "native")

DENIED: dict[str, Any] = {"action": "DescribeWebRecord", "what": "error", "times": None}
SECRET = """
recording("lobby", max_duration_limit=3600, publish_cdn_params=[
    {"publish_cdn_url": "rtmp://cdn.example.com/live?key=CANARY"}])
"""


def lose_the_response(recorder: Recorder) -> None:
    """The start is executed, its response is lost, and nobody may look for its task."""
    recorder.inject(action="StartWebRecord", where="after", what="cut", times=1)
    recorder.inject(**DENIED, after=1, code="UnauthorizedOperation")


def states(stack: Stack) -> dict[str, tuple[str, bool]]:
    """The status of each recording in the state, and whether it failed to come up."""
    resources = json.loads(stack.export())["deployment"]["resources"]
    return {
        each["urn"].rsplit("::", 1)[-1]: (each["outputs"]["status"], bool(each.get("initErrors")))
        for each in resources
        if each["type"].endswith(":WebRecording")
    }


@pytest.mark.parametrize(
    "then",
    [
        "edited",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("repeated", "removed")),
        "destroyed",
    ],
)
def test_a_start_of_unknown_outcome_is_in_the_state_and_is_finished(
    stack: Stack, recorder: Recorder, then: str
) -> None:
    stack.program(SECRET)
    lose_the_response(recorder)
    failed = stack.up(expect=1)
    (first,) = live(recorder)
    assert "it is not known whether RecordId" in failed.text
    assert "Traceback" not in failed.text
    assert states(stack) == {"lobby": ("unknown", True)}
    assert "CANARY" not in stack.export() + failed.text
    recorder.clear_faults()
    if then == "destroyed":
        stack.destroy()
        assert live(recorder) == set()
        return
    if then == "edited":
        stack.program(SECRET.replace("3600", "1800"))
    if then == "removed":
        stack.program("")
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())
    assert (first in live(recorder)) is (then == "repeated")
    if then != "removed":
        assert states(stack) == {"lobby": ("recording", False)}
    assert "CANARY" not in stack.export()


@pytest.mark.providers("dynamic", slow=("native",))
def test_a_recording_that_cannot_be_watched_is_in_the_state_with_its_task(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", startup_watch=30)')
    recorder.inject(**DENIED, after=2, code="UnauthorizedOperation")
    failed = stack.up(expect=1)
    (task,) = live(recorder)
    assert f"TaskId {task}) runs, but its start was not finished" in failed.text
    assert stack.task_ids() == {"lobby": task}
    recorder.clear_faults()
    stack.program('recording("lobby", startup_watch=30, max_duration_limit=1800)')
    stack.up()
    assert live(recorder) == set(stack.task_ids().values()) != {task}


@pytest.mark.providers("dynamic", slow=("native",))
def test_a_message_that_the_console_cannot_print_fails_no_adoption(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("大厅", record_url="https://example.com/lobby")')
    stack.up()
    (task,) = live(recorder)
    stack.run("state", "delete", "--all", "--force", "--yes")
    stack.environment.update(PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert f"already running as TaskId {task}" in stack.up().text
    assert stack.task_ids() == {"大厅": task}
