"""The example of docs/operations.md: an inline program, in a virtualenv that is not activated."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pulumi_stack import COMMAND_TIMEOUT, Stack, live
from trtc_recorder.testing import Recorder

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def example() -> str:
    """The Python example of the document."""
    found = re.search(r"```python\n(.*?automation.*?)```", OPERATIONS.read_text(), re.DOTALL)
    assert found
    return found[1]


def test_the_documented_inline_program_needs_no_activated_virtualenv(
    stack: Stack, recorder: Recorder
) -> None:
    program = stack.directory / "inline.py"
    config = f'stack.set_config("trtc:endpoint", auto.ConfigValue("{recorder.endpoint}"))\n'
    program.write_text(example().replace("stack.up(", f"{config}stack.up("))
    pulumi = shutil.which("pulumi")
    assert pulumi
    ran = subprocess.run(
        [sys.executable, program],
        cwd=stack.directory,
        env={**stack.environment, "PATH": f"{Path(pulumi).parent}{os.pathsep}/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=COMMAND_TIMEOUT,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "+ 2 created" in ran.stdout
    assert len(live(recorder)) == 1
