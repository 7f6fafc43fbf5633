"""The smoke test with the oldest of everything that is supported, and with the newest.

Of the Pythons, those that this machine has. `make compatibility` tries what is between, and runs
the unit tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.release import compatibility
from tools.release.environments import Resolution

HERE = [each for each in compatibility.supported() if compatibility.interpreter(each)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "resolution"), [(HERE[0], "lowest-direct"), (HERE[-1], "highest")]
)
def test_the_smoke_test_passes_with(
    version: str, resolution: Resolution, wheels: list[Path], tmp_path: Path
) -> None:
    python = compatibility.interpreter(version)
    assert python
    generated = compatibility.smoke(python, resolution, wheels, tmp_path)
    oldest = "pulumi 3.259.0" in compatibility.packages(generated)
    assert oldest == (resolution == "lowest-direct")
