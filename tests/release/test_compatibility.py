"""The smoke test with the oldest of everything that is supported, and with the newest.

Of the Pythons, those that this machine has. `make compatibility` tries what is between, and runs
the unit tests.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from shell_script import shell_script

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


def test_an_interpreter_is_one_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = shell_script(tmp_path / "python3.99", "exit 127")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert compatibility.interpreter("3.99") is None
    shell_script(shim, "exit 0")
    assert compatibility.interpreter("3.99") == shim
