"""Run the shell lines of a pipeline, as its runner does."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi_stack import Stack

PIPELINES = Path(__file__).parents[2] / "examples" / "pipelines"
TIMEOUT = 240
"""Seconds for a step."""


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


def run(
    script: str, directory: Path, environment: Mapping[str, str], *options: str
) -> tuple[int, str]:
    """Exit code and output of a bash with these options that runs a script."""
    python = Path(sys.executable).parent
    process = subprocess.run(
        ["bash", *options, "-c", script],
        cwd=directory,
        env={**environment, "PATH": f"{python}:{environment['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    return process.returncode, process.stdout
