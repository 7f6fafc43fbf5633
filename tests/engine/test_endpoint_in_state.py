"""The endpoint and region of a recording, which stand in its state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder, running_service

pytestmark = pytest.mark.slow


@pytest.fixture
def elsewhere() -> Iterator[Recorder]:
    """Another installation of the service."""
    with running_service() as service:
        service.switch(visible_after=0)
        yield service


def move(stack: Stack, recorder: Recorder) -> None:
    stack.config("trtc:endpoint", recorder.endpoint)


@pytest.mark.parametrize("policy", ["never", "always"])
def test_a_moved_endpoint_fails_the_up_and_refresh_and_destroy_send_no_request(
    stack: Stack, recorder: Recorder, elsewhere: Recorder, policy: str
) -> None:
    stack.program(f'recording("lobby", restart_policy={policy!r})')
    stack.up()
    task = stack.task_ids()["lobby"]
    recorder.advance(60)
    move(stack, elsewhere)
    failed = stack.up(expect=1).text
    assert f"was started at {recorder.endpoint} (ap-singapore), and was not found at" in failed
    assert f"{elsewhere.endpoint} (ap-singapore)" in failed
    elsewhere.reset_calls()
    for command in (("refresh",), ("destroy",), ("refresh", "--run-program")):
        rejected = stack.run(*command, "--yes", "--skip-preview", expect=1).text
        assert recorder.endpoint in rejected
        assert elsewhere.endpoint in rejected
    assert "with another endpoint" not in rejected
    assert elsewhere.calls() == []
    assert stack.outputs("lobby")["status"] == "recording"
    move(stack, recorder)
    assert "2 unchanged" in stack.up().text
    assert live(recorder) == {task}
    stack.destroy()
    assert live(recorder) == set()


@pytest.mark.parametrize(
    ("options", "forced"),
    [
        (options, forced)
        for options in ("", "delete_before_replace=True")
        for forced in (True, False)
    ],
)
def test_a_replacement_at_another_endpoint_starts_and_stops_nothing(
    stack: Stack, recorder: Recorder, elsewhere: Recorder, options: str, forced: bool
) -> None:
    program = f'recording("lobby", opts=ResourceOptions({options}), triggers=[{{0}}])'
    stack.program(program.format(1))
    stack.up()
    task = stack.task_ids()["lobby"]
    move(stack, elsewhere)
    stack.program(program.format(2))
    replace = ["--replace", stack.resources()["lobby"]["urn"]] if forced else []
    rejected = stack.up(*replace, expect=1).text
    assert recorder.endpoint in rejected
    assert elsewhere.endpoint in rejected
    assert elsewhere.calls() == []
    assert live(recorder) == {task}
    assert stack.task_ids() == {"lobby": task}


def test_an_ended_recording_moves_without_a_task(
    stack: Stack, recorder: Recorder, elsewhere: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    recorder.advance(60)
    recorder.end(stack.task_ids()["lobby"])
    stack.refresh()
    move(stack, elsewhere)
    stack.up()
    stack.program('recording("lobby", triggers=[2])')
    stack.up()
    assert live(elsewhere) == set(stack.task_ids().values())
