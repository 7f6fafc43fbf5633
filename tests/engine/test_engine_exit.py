"""The provider's process ends with its engine, also in the middle of a wait."""

from __future__ import annotations

import signal

import pytest
from pulumi_process import PulumiProcess
from pulumi_stack import Stack
from trtc_recorder.testing import Recorder
from waiting import until

pytestmark = pytest.mark.providers("dynamic", "native")

WAITS = {"up": "StartWebRecord", "destroy": "StopWebRecord"}


@pytest.mark.parametrize("command", ["up", pytest.param("destroy", marks=pytest.mark.slow)])
def test_a_provider_that_waits_ends_with_its_killed_engine(
    stack: Stack, recorder: Recorder, command: str
) -> None:
    stack.program('recording("lobby")')
    if command == "destroy":
        stack.up()
    recorder.inject(action=WAITS[command], what="throttle", times=None)
    with PulumiProcess(stack, command, "--yes", "--skip-preview") as run:
        run.until(lambda: recorder.faults()[-1]["struck"])
        assert run.provider()
        run.send_signal("engine", signal.SIGKILL)
        run.wait()
        until(lambda: run.provider() is None, 5)
