"""Runs the commands of a release."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
COMMAND_SECONDS = 600


class ReleaseError(Exception):
    """Something is not fit for a release; the message has the reason, and ends with any output."""


def run(command: Sequence[str | Path], cwd: Path, environment: dict[str, str] | None = None) -> str:
    """What the command writes to stdout and stderr.

    Raises: `ReleaseError` if it fails.
    """
    process = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    if process.returncode:
        raise ReleaseError(f"{' '.join(map(str, command))} failed:\n{process.stdout}")
    return process.stdout
