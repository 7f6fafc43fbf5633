"""`tools/local/setup.py`: the steps run side by side; a failure or an interrupt ends them all."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from capture.processes import gone
from shell_script import shell_script
from waiting import until

PROJECT = Path(__file__).parents[2]
ENDLESS = "echo $$ > $OUT/endless; exec sleep 60"


class Folder:
    """A project whose steps are shell scripts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.script("tools/local/packages")
        self.script(".venv/bin/python")
        self.make()
        shutil.copy(PROJECT / "tools/local/setup.py", root / "tools/local")

    def script(self, name: str, body: str = "") -> None:
        shell_script(self.root / name, f"OUT={self.root}\n{body}", "/bin/bash")

    def make(self, sdk: str = ":", environment: str = ":") -> None:
        self.script(
            "make", f'case "${{@: -1}}" in *sdk) {sdk} ;; *installed) {environment} ;; esac'
        )

    def start(self, path: str = "") -> subprocess.Popen[str]:
        """Start set-up, with a folder before the others of the PATH."""
        return subprocess.Popen(
            [sys.executable, self.root / "tools/local/setup.py", str(self.root / "make")],
            env={**os.environ, "PATH": f"{path}:{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self) -> tuple[int, str, str]:
        """The exit code of set-up, and what it writes to stdout and stderr."""
        with self.start() as process:
            output, errors = process.communicate(timeout=30)
        return process.returncode, output, errors

    def endless_pid(self) -> int:
        file = self.root / "endless"
        until(lambda: file.exists() and file.read_text())
        return int(file.read_text())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_with_nothing_to_do_it_is_silent(folder: Folder) -> None:
    assert folder.finish() == (0, "", "")


def test_what_takes_longer_is_named_with_its_seconds(folder: Folder) -> None:
    folder.script("tools/local/packages", "sleep 1.2")
    _, output, _ = folder.finish()
    assert re.search(r"^setup: the system's programs: \d+ s$", output, re.MULTILINE)


def test_the_engine_runs_beside_the_environment_once_the_sdk_is_there(folder: Folder) -> None:
    folder.make(
        sdk="sleep 0.3; touch $OUT/sdk",
        environment="[ -e $OUT/sdk ] && mkfifo $OUT/meet && read -r _ < $OUT/meet",
    )
    meets = "until [ -p $OUT/meet ]; do sleep 0.02; done; echo here > $OUT/meet"
    folder.script(".venv/bin/python", f"[ -e $OUT/sdk ] && {meets}")
    code, _, errors = folder.finish()
    assert (code, errors) == (0, "")


def test_a_step_that_fails_ends_the_others_and_is_named_last(folder: Folder) -> None:
    folder.script("tools/local/packages", ENDLESS)
    folder.make(sdk="until [ -s $OUT/endless ]; do sleep 0.02; done; echo no space >&2; exit 3")
    folder.script(".venv/bin/python", "touch $OUT/engine")
    code, _, errors = folder.finish()
    assert code == 3
    assert errors == "no space\nsetup: Pulumi's SDK failed, the rest is ended\n"
    assert gone([folder.endless_pid()])
    assert not (folder.root / "tools/pulumi").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_ends_every_step_and_its_children(folder: Folder, how: signal.Signals) -> None:
    folder.script(".venv/bin/python", f"({ENDLESS.replace('$$', '$BASHPID')}); true")
    with folder.start() as process:
        pid = folder.endless_pid()
        process.send_signal(how)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (128 + how, "")
    until(lambda: gone([pid]))


def test_apt_get_finishes_before_an_interrupted_setup_ends(folder: Folder) -> None:
    shutil.copy(PROJECT / "tools/local/packages", folder.root / "tools/local")
    body = "[ -e $OUT/begun ] && exit; touch $OUT/begun; sleep 0.7; touch $OUT/finished"
    scripts = {"apt-get": body, "true": "", "sudo": 'shift; exec "$@"', "fc-list": ""}
    for name, lines in scripts.items():
        folder.script(f"tools/{name}", lines)
    with folder.start(f"{folder.root}/tools") as process:
        until((folder.root / "begun").exists)
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    assert (folder.root / "finished").exists()
