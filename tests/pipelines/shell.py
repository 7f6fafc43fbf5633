"""Run the shell lines of a pipeline, as its runner does."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi_stack import Ran, Stack, run_command

PIPELINES = Path(__file__).parents[2] / "examples" / "pipelines"


def repository(stack: Stack) -> Path:
    """The stack's directory as a user's repository: with the program's requirements and `ci/`."""
    (stack.directory / "requirements.txt").write_text("pulumi-trtc-webrecord\n")
    shutil.copytree(PIPELINES / "ci", stack.directory / "ci")
    return stack.directory


def with_state_in_a_folder(file: Path, stack: Stack) -> Path:
    """A copy of a pipeline whose state is the stack's, in a folder instead of a bucket."""
    copy = stack.directory / file.name
    backend = stack.environment["PULUMI_BACKEND_URL"]
    text, found = re.subn(r"s3://\S+", backend, file.read_text())
    assert found == 1
    copy.write_text(text)
    return copy


def run(script: str, directory: Path, environment: Mapping[str, str], *options: str) -> Ran:
    """Run a script in a bash with these options, with this Python before others."""
    path = f"{Path(sys.executable).parent}:{environment['PATH']}"
    return run_command(["bash", *options, "-c", script], directory, {**environment, "PATH": path})
