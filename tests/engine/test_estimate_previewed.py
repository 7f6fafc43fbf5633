"""What a preview tells of the time that recordings can run, and of its cost."""

from __future__ import annotations

import subprocess

import pytest
from pulumi_stack import Stack


@pytest.mark.slow
@pytest.mark.providers("dynamic", "native")
def test_a_preview_in_json_is_enough(stack: Stack) -> None:
    unchanged = "\nrecording('stage', max_duration_limit=5400)"
    stack.program("recording('lobby', max_duration_limit=3600)\nrecording('shop')" + unchanged)
    stack.up()
    stack.program(
        "recording('lobby', max_duration_limit=1800, restart_policy='always')\nrecording('hall')"
        + unchanged
    )
    preview = stack.run("preview", "--json", "--show-sames", snake_case=False).text
    command = ["trtc-webrecord", "estimate", "--price-per-minute", "0.5"]
    ran = subprocess.run(command, input=preview, capture_output=True, text=True, check=True)
    *table, change = ran.stdout.splitlines()
    assert change == "starts 2, stops 2; adds at most 90 min, 45.00 at the price that is set"
    assert [line.split() for line in table] == [
        ["hall", "60", "min", "30.00"],
        ["lobby", "30", "min", "15.00", "and", "again", "with", "each", "restart"],
        ["stage", "90", "min", "45.00"],
        ["in", "all,", "at", "most", "180", "min", "90.00"],
    ]
