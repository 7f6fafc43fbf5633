"""A recording that is looked up from a program in Python."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack
from trtc_recorder.testing import Recorder

pytestmark = pytest.mark.providers("dynamic")

PROGRAM = """
from trtc_webrecord import get_web_recording, get_web_recording_output

task = recording("lobby").task_id
pulumi.export("found", get_web_recording_output(task_id=task).endpoint)
pulumi.export("hidden", get_web_recording_output(task_id=Output.secret(task)).status)
"""


def test_a_lookup_waits_for_its_inputs_keeps_a_secret_and_fails_with_one_line(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(PROGRAM)
    assert "found : [unknown]" in stack.preview().text
    shown = stack.up().text
    assert f'found : "{recorder.endpoint}"' in shown
    assert "hidden: [secret]" in shown
    stack.program(f'{PROGRAM}get_web_recording(sdk_app_id=0, record_id="lobby")')
    failed = stack.preview(expect=1).text
    assert "error: the lookup is invalid: sdk_app_id = 0: must be from 1 to 4294967295" in failed
    assert "Traceback" not in failed
