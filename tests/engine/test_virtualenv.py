"""The option `virtualenv` of Pulumi.yaml, with whichever engine is installed."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from pulumi_stack import Stack, live
from stack_program import CONFIG, append
from trtc_recorder.testing import Recorder

SPELLINGS = [
    "runtime:\n  name: python\n  options:\n    virtualenv: .venv\n",
    "runtime: {name: python, options: {virtualenv: '.venv'}}  # beside the program\n",
]


def use_virtualenv(stack: Stack, runtime: str) -> None:
    """Write the option into Pulumi.yaml, and take every virtualenv off the PATH."""
    (stack.directory / "Pulumi.yaml").write_text(f"name: web-recordings\n{runtime}")
    pulumi = shutil.which("pulumi")
    assert pulumi
    stack.environment["PATH"] = f"{Path(pulumi).parent}{os.pathsep}/usr/bin:/bin"


@pytest.mark.parametrize(
    "runtime", [SPELLINGS[0], pytest.param(SPELLINGS[1], marks=pytest.mark.slow)]
)
def test_a_virtualenv_that_is_not_activated_runs_program_and_provider(
    declared: Stack, recorder: Recorder, runtime: str
) -> None:
    (declared.directory / ".venv").symlink_to(sys.prefix)
    use_virtualenv(declared, runtime)
    append(declared, CONFIG)
    declared.up()
    assert len(live(recorder)) == 2


@pytest.mark.slow
def test_install_makes_the_virtualenv_and_leaves_the_projects_folder_alone(
    declared: Stack,
) -> None:
    use_virtualenv(declared, SPELLINGS[0])
    (declared.directory / "requirements.txt").write_text("")
    before = {path.name for path in declared.directory.iterdir()}
    declared.environment["PIP_NO_INDEX"] = "1"  # it may fail to find a newer pip
    declared.run("install", expect=None)
    assert {path.name for path in declared.directory.iterdir()} - before <= {".venv"}
    assert (declared.directory / ".venv" / "pyvenv.cfg").exists()
