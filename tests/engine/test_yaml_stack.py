"""A stack in YAML, through the native plugin, as a pipeline runs it."""

from __future__ import annotations

import signal

import pytest
import yaml
from pulumi_process import PulumiProcess
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

pytestmark = pytest.mark.providers("native")

LOBBY = """
lobby:
  type: trtc:WebRecording
  properties:
    recordUrl: https://example.com/lobby
    sdkAppId: 1600011111
    maxDurationLimit: 3600
    storageParams: {cloudStorage: {region: ap-singapore, bucket: bucket-1250000000}}
"""


def declare(stack: Stack, resources: str, **more: object) -> None:
    """Make the stack's project a YAML one with these resources."""
    project = {
        "name": "web-recordings",
        "runtime": "yaml",
        "resources": yaml.safe_load(resources),
        **more,
    }
    (stack.directory / "__main__.py").unlink(missing_ok=True)
    (stack.directory / "Pulumi.yaml").write_text(yaml.safe_dump(project))


def changed(old: str, new: str) -> str:
    assert old in LOBBY
    return LOBBY.replace(old, new)


def test_a_preview_shows_a_change_and_bad_inputs_as_they_are_written(
    stack: Stack, recorder: Recorder
) -> None:
    declare(stack, LOBBY)
    stack.up()
    recorder.reset_calls()
    declare(stack, changed("3600", "7200"))
    shown = stack.run("preview", "--diff", snake_case=False).text
    assert "~ maxDurationLimit: 3600 => 7200" in shown
    assert "+-1 to replace" in shown

    secret = "    publishCdnParams: {fn::secret: [{publishCdnUrl: 'http://CANARY'}]}\n"
    declare(stack, changed("3600", "100") + secret)
    rejected = stack.run("preview", expect=1, snake_case=False).text
    assert "'lobby' has a problem: maxDurationLimit = 100: must be from 1800 to 86400" in rejected
    assert "'lobby' has a problem: publishCdnParams[0].publishCdnUrl = [secret]" in rejected
    assert "CANARY" not in rejected
    assert "Traceback" not in rejected
    assert {call.action for call in recorder.calls()} <= {"DescribeWebRecord"}


def test_an_interrupt_while_a_start_has_no_answer_leaves_a_partial_state_that_an_edit_follows(
    stack: Stack, recorder: Recorder
) -> None:
    recorder.switch(visible_after=10)
    recorder.inject(action="StartWebRecord", where="after", what="cut", times=1)
    recorder.inject(action="StartWebRecord", where="before", what="cut", after=1, times=1000)
    declare(stack, LOBBY)
    with PulumiProcess(stack, "up", "--yes", "--skip-preview") as up:
        up.until(lambda: len(recorder.calls("StartWebRecord")) > 1)
        up.send_signal("engine", signal.SIGINT)
        ran = up.wait()
    assert ran.code != 0
    assert "Then the run was cancelled. A task may be running" in ran.text
    (orphan,) = recorder.live_tasks()
    recorder.clear_faults()
    recorder.switch(visible_after=0)
    declare(stack, changed("maxDurationLimit: 3600", "maxDurationLimit: 1800"))
    stack.up()
    (task,) = recorder.live_tasks()
    assert task.task_id != orphan.task_id
    assert live(recorder) == set(stack.task_ids().values())
