"""What a preview tells of the time that recordings can run, and of its cost."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from pulumi_stack import Stack
from stack_program import CONFIG, append
from trtc_recorder.testing import Recorder


def test_the_stack_program_exports_it_before_anything_runs(
    declared: Stack, recorder: Recorder
) -> None:
    append(declared, f"{CONFIG}  web-recordings:pricePerMinute: 0.02\n")
    previewed = declared.preview().text
    assert "longestRun" in previewed
    assert "totalMinutes: 120" in previewed
    assert "costAtMost  : 2.4" in previewed
    assert recorder.calls() == []
    declared.up()
    exported = json.loads(declared.run("stack", "output", "--json", "longestRun").text)
    assert exported == {
        "minutes": {"lobby": 60, "shop": 60},
        "totalMinutes": 120,
        "costAtMost": 2.4,
    }


def table(preview: str) -> list[list[str]]:
    command = [sys.executable, "-m", "trtc_webrecord.estimate", "--price-per-minute", "0.5"]
    ran = subprocess.run(command, input=preview, capture_output=True, text=True, check=True)
    return [line.split() for line in ran.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.providers("dynamic", "native")
def test_a_preview_in_json_is_enough(stack: Stack) -> None:
    stack.program("recording('lobby', max_duration_limit=3600)\nrecording('shop')")
    stack.up()
    stack.program(
        "recording('lobby', max_duration_limit=1800, restart_policy='always')\nrecording('hall')"
    )
    preview = stack.run("preview", "--json", snake_case=False).text
    assert table(preview) == [
        ["hall", "60", "min", "30.00"],
        ["lobby", "30", "min", "15.00", "and", "again", "with", "each", "restart"],
        ["in", "all,", "at", "most", "90", "min", "45.00"],
    ]
