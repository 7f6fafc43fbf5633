"""Two pipelines at once, with their states in one S3-compatible bucket and one account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pulumi_process import PulumiProcess
from pulumi_stack import Ran, Stack, live
from s3_backend import KEYS, s3_backend
from trtc_recorder.testing import Recorder

EACH = 10
PROGRAM = f"for n in range({EACH}):\n    recording(f'page-{{n}}')"
LAST = """
import asyncio, pathlib

async def page():
    while not pathlib.Path("go-on").exists():
        await asyncio.sleep(0.05)
    return "https://example.com/last"

recording("last", record_url=Output.from_input(page()))
"""
"""A recording whose page is known once there is a file `go-on`."""

LOCKED = "the stack is currently locked by 1 lock(s)"


@pytest.fixture
def recorder(recorder: Recorder) -> Recorder:
    """A service whose limit is lower than one pipeline's own pace, so that both are rejected."""
    recorder.switch(requests_per_second=4)
    return recorder


Checkout = Callable[[str], Stack]


@pytest.fixture
def checkout(
    tmp_path: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Checkout]:
    """Make the checkout that a stack's pipeline runs in; all have their states in one bucket."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with s3_backend(tmp_path / "s3.log") as backend:

        def checkout(name: str) -> Stack:
            (tmp_path / name).mkdir()
            stack = Stack(tmp_path / name, recorder.endpoint, name, backend=backend)
            stack.program(PROGRAM)
            return stack

        yield checkout


def at_once(stacks: list[Stack], command: str) -> list[Ran]:
    with ThreadPoolExecutor(len(stacks)) as pool:
        return list(pool.map(lambda stack: getattr(stack, command)(), stacks))


@pytest.mark.slow
def test_two_stacks_of_one_account_start_and_stop_at_once(
    checkout: Checkout, recorder: Recorder
) -> None:
    stacks = [checkout("event-a"), checkout("event-b")]
    at_once(stacks, "up")
    assert recorder.call_counts()["StartWebRecord"]["RequestLimitExceeded"] > 0
    recorded = [set(stack.task_ids().values()) for stack in stacks]
    assert [len(each) for each in recorded] == [EACH, EACH]
    assert live(recorder) == recorded[0] | recorded[1]
    assert len(recorder.tasks()) == 2 * EACH
    at_once(stacks, "destroy")
    assert live(recorder) == set()


def test_a_second_update_of_one_stack_is_rejected_and_harms_nothing(
    checkout: Checkout, recorder: Recorder
) -> None:
    stack = checkout("event-a")
    stack.program(PROGRAM + LAST)
    with PulumiProcess(stack, "up", "--yes", "--skip-preview", "--parallel", "2") as first:
        first.until(recorder.live_tasks)
        rejected = stack.up(expect=1)
        (stack.directory / "go-on").touch()
        ended = first.wait()
    assert ended.code == 0, ended.text
    assert LOCKED in rejected.text
    assert "pulumi cancel" in rejected.text
    assert live(recorder) == set(stack.task_ids().values())
    assert len(recorder.tasks()) == EACH + 1
