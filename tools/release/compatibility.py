"""`make compatibility`: the supported Pythons, with the oldest and the newest allowed packages.

Usage: `python -m tools.release.compatibility`. For each it makes an environment, runs the unit
tests in it, and a smoke test (`tools.release.smoke_test`). It writes a table; the exit code is 1 if
anything failed. A Python that is not on this machine, on the PATH or with pyenv, is named in the
table.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from .commands import REPOSITORY, ReleaseError, run
from .dist import PROVIDER, RECORDER, build
from .environments import UV, Resolution, environment
from .smoke_test import smoke_test

EXTREMES: tuple[Resolution, ...] = ("lowest-direct", "highest")
SHOWN = ("pulumi", "pydantic", "requests", "grpcio", "protobuf", "starlette", "uvicorn")
TESTING = (
    *("pytest", "pytest-xdist", "hypothesis", "hatchling", "tencentcloud-sdk-python-trtc"),
    *("moto[s3]", "flask", "flask-cors"),
)


def supported() -> list[str]:
    """The Pythons that the provider's classifiers name, oldest first, such as `3.10`."""
    text = (REPOSITORY / "provider" / "pyproject.toml").read_text("utf-8")
    return re.findall(r'"Programming Language :: Python :: (3\.\d+)"', text)


def interpreter(version: str) -> Path | None:
    """An interpreter of this version, if the machine has one that runs."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = shutil.which(f"python{version}")
    for found in [*pyenv.glob(f"versions/{version}.*/bin/python"), on_path and Path(on_path)]:
        if (
            found
            and not subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode
        ):
            return found
    return None


def smoke(python: Path, resolution: Resolution, wheels: Sequence[Path], folder: Path) -> Path:
    """Install and run the smoke test, without a recording. Returns: the environment's interpreter.

    Raises: `ReleaseError`.
    """
    generated = environment(folder / "venv", wheels, python, resolution)
    smoke_test(generated, generated, folder / "smoke-test", record="off")
    return generated


def unit_tests(python: Path) -> str:
    """Run the unit tests in an environment. Returns: pytest's last line.

    Raises: `ReleaseError`.
    """
    run([*UV, "pip", "install", "--python", python, *TESTING], REPOSITORY)
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit"]
    return run(command, REPOSITORY).splitlines()[-1]


def packages(python: Path) -> str:
    """The versions of an environment's packages, those in SHOWN."""
    listed = run([*UV, "pip", "freeze", "--python", python], REPOSITORY).splitlines()
    versions = dict(line.split("==") for line in listed if "==" in line)
    return ", ".join(f"{name} {versions[name]}" for name in SHOWN)


def main() -> int:
    """Write the table. Returns: the exit code."""
    failures: list[str] = []
    print("| Python | packages | result |\n|---|---|---|")
    with TemporaryDirectory() as name:
        out = Path(name) / "dist"
        wheels = [build(each, out).wheel for each in (PROVIDER, RECORDER)]
        for version in supported():
            python = interpreter(version)
            if python is None:
                print(f"| {version} | | not on this machine |")
                continue
            for resolution in EXTREMES:
                folder = Path(name) / f"{version}-{resolution}"
                try:
                    generated = smoke(python, resolution, wheels, folder)
                    result = f"smoke-tested; {unit_tests(generated)}"
                except ReleaseError as error:
                    failures.append(f"Python {version}, {resolution}: {error}")
                    result = "failed"
                versions = packages(folder / "venv" / "bin" / "python")
                print(f"| {version} | {resolution}: {versions} | {result} |", flush=True)
    for failure in failures:
        print(failure, file=sys.stderr)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
