"""A create that fails after its start is in the state, and the next command finishes it."""

from __future__ import annotations

import json
import re

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

pytestmark = pytest.mark.providers("dynamic", "native")

LOST = ("edited", "repeated", "removed")
"""Recordings whose start is executed and its response lost; nobody may look for their tasks."""

WATCHED = "watched"
"""One whose start is known, and whose task nobody may watch."""

WHOLE_DAY = 86400
"""A recording of the day before may still run, so each create looks for it first."""


def declare(stack: Stack, watch: int, **limits: int) -> None:
    """Recordings with these `max_duration_limit`; one of them is watched for `watch` seconds."""
    stack.program(f"""
for name, limit in {limits!r}.items():
    recording(name, max_duration_limit=limit, startup_watch={watch} if name == "watched" else None,
        publish_cdn_params=[{{"publish_cdn_url": f"rtmp://cdn.example.com/{{name}}?key=CANARY"}}])
""")


def fail(stack: Stack, recorder: Recorder, *names: str) -> str:
    """The output of an `up` that starts these recordings and fails behind their starts."""
    for name in names:
        prefix = {"record_id_prefix": f"{name}-"}
        if name != WATCHED:
            recorder.inject(action="StartWebRecord", where="after", what="cut", **prefix)
        recorder.inject(
            action="DescribeWebRecord",
            what="error",
            code="UnauthorizedOperation",
            after=2 if name == WATCHED else 1,
            times=None,
            **prefix,
        )
    declare(stack, 60, **dict.fromkeys(names, WHOLE_DAY))
    failed = stack.up("--continue-on-error", expect=1).text
    assert len(live(recorder)) == len(names)
    assert "Traceback" not in failed
    assert "CANARY" not in stack.export() + failed
    recorder.clear_faults()
    return failed


def states(stack: Stack) -> dict[str, tuple[str, bool]]:
    """The status of each recording in the state, and whether it failed to come up."""
    resources = json.loads(stack.export())["deployment"]["resources"]
    return {
        each["urn"].rsplit("::", 1)[-1]: (each["outputs"]["status"], bool(each.get("initErrors")))
        for each in resources
        if each["type"].endswith(":WebRecording")
    }


def test_what_may_run_is_in_the_state_and_is_edited_repeated_or_removed(
    stack: Stack, recorder: Recorder
) -> None:
    failed = fail(stack, recorder, *LOST, WATCHED)
    first = {str(task.record_id).partition("-")[0]: task.task_id for task in recorder.live_tasks()}
    assert failed.count("it is not known whether RecordId") >= len(LOST)
    assert re.search(rf"\(RecordId {WATCHED}-\w+\) runs, but its start was not finished", failed)
    assert stack.task_ids()[WATCHED] == first[WATCHED]
    assert {name: state for name, state in states(stack).items() if name != WATCHED} == (
        dict.fromkeys(LOST, ("unknown", True))
    )
    declare(stack, 1, edited=3600, repeated=WHOLE_DAY, watched=3600)
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())
    assert live(recorder) & set(first.values()) == {first["repeated"]}
    assert states(stack) == dict.fromkeys(["edited", "repeated", WATCHED], ("recording", False))
    assert "CANARY" not in stack.export()
