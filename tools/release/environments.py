"""Python environments that have what a person who installs the distributions gets."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from packaging.metadata import Metadata

from .commands import REPOSITORY, run

UV = (sys.executable, "-m", "uv", "--quiet")
PINS = REPOSITORY / "requirements-dev.txt"

Resolution = Literal["pinned", "highest", "lowest-direct"]
"""Versions of what the distributions need: this repository's, the newest, the oldest allowed."""


def environment(
    folder: Path,
    wheels: Sequence[Path],
    python: Path = Path(sys.executable),
    resolution: Resolution = "pinned",
) -> Path:
    """Make an environment with these distributions and pip, which Pulumi's language host runs.

    Args:
        folder: Where it is made; a file with pins is written beside it.
        wheels: What is installed, with all extras.
        python: The interpreter that it is made from.
        resolution: Which versions of their dependencies.

    Returns: its interpreter.

    Raises: `ReleaseError` if it cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if resolution == "pinned":
        pins = folder.with_suffix(".txt")
        lines = PINS.read_text("utf-8").splitlines(keepends=True)
        pins.write_text("".join(line for line in lines if not line.startswith("-e ")))
        options = ["--constraint", str(pins)]
    else:
        options = ["--resolution", resolution, *_needs(wheels)]
    run([*UV, "venv", "--seed", "--python", python, folder], folder.parent)
    made = folder / "bin" / "python"
    run(
        [*UV, "pip", "install", "--python", made, *options, *map(_with_extras, wheels)],
        folder.parent,
    )
    return made


def metadata(wheel: Path) -> Metadata:
    """The metadata of a wheel, for a package index."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Metadata.from_email(archive.read(name))


def _with_extras(wheel: Path) -> str:
    extras = metadata(wheel).provides_extra or []
    return f"{wheel}[{','.join(extras)}]" if extras else str(wheel)


def _needs(wheels: Sequence[Path]) -> list[str]:
    """What the wheels require but each other: uv takes the oldest only of what it is given."""
    given = [metadata(wheel) for wheel in wheels]
    own = {each.name for each in given}
    needs = [need for each in given for need in each.requires_dist or []]
    return [f"{need.name}{need.specifier}" for need in needs if need.name not in own]
