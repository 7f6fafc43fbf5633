"""The example of docs/operations.md: an inline program, in a virtualenv that is not activated."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from pulumi_stack import Stack, live, run_command
from trtc_recorder.testing import Recorder

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def example() -> str:
    found = re.search(r"```python\n(.*?automation.*?)```", OPERATIONS.read_text(), re.DOTALL)
    assert found
    return found[1]


@pytest.mark.slow
def test_the_documented_inline_program_needs_no_activated_virtualenv(
    stack: Stack, recorder: Recorder
) -> None:
    program = stack.directory / "inline.py"
    config = f'stack.set_config("trtc:endpoint", auto.ConfigValue("{recorder.endpoint}"))\n'
    program.write_text(example().replace("stack.up(", f"{config}stack.up("))
    pulumi = shutil.which("pulumi")
    assert pulumi
    path = f"{Path(pulumi).parent}{os.pathsep}/usr/bin:/bin"
    environment = {**stack.environment, "PATH": path}
    ran = run_command([sys.executable, program], stack.directory, environment)
    assert ran.code == 0, ran.text
    assert "+ 2 created" in ran.text
    assert len(live(recorder)) == 1
