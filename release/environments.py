"""Python environments that have what a person who installs the distributions gets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from .steps import REPOSITORY, run

UV = (sys.executable, "-m", "uv", "--quiet")
PINS = REPOSITORY / "requirements-dev.txt"

Resolution = Literal["pinned", "highest", "lowest-direct"]
"""Versions of what the distributions need: this repository's, the newest, the oldest allowed."""


def environment(
    folder: Path,
    wheels: Sequence[Path | str],
    python: Path = Path(sys.executable),
    resolution: Resolution = "pinned",
) -> Path:
    """Make an environment with these distributions and pip, which Pulumi's language host runs.

    Args:
        folder: Where it is made; a file with pins is written beside it.
        wheels: What is installed, as for `pip install`.
        python: The interpreter that it is made from.
        resolution: Which versions of their dependencies.

    Returns: its interpreter.

    Raises: `ReleaseError` if it cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = ["--resolution", resolution]
    if resolution == "pinned":
        pins = folder.with_suffix(".txt")
        lines = PINS.read_text("utf-8").splitlines(keepends=True)
        pins.write_text("".join(line for line in lines if not line.startswith("-e ")))
        options = ["--constraint", str(pins)]
    run([*UV, "venv", "--seed", "--python", python, folder], folder.parent)
    made = folder / "bin" / "python"
    run([*UV, "pip", "install", "--python", made, *options, *wheels], folder.parent)
    return made
