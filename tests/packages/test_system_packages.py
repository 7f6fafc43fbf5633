"""Set-up installs the programs that recording needs if it can, and never fails without them.

apt-get is a stand-in: a test may not install packages on the machine that it runs on.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "local" / "packages"
RECORDING = ("chromium", "ffmpeg", "ffprobe", "Xvfb", "pulseaudio", "setpriv")
TOOLS = ("bash", "env", "find", "grep", "tail", "timeout", "true", "uname")


class Machine:
    """A PATH with these programs and no other."""

    def __init__(self, folder: Path, *programs: str) -> None:
        self.folder = folder
        for tool in TOOLS:
            (folder / tool).symlink_to(shutil.which(tool) or tool)
        for program in programs:
            self.script(program, "")
        self.script("sudo", 'shift; exec "$@"')

    def script(self, name: str, text: str) -> None:
        file = self.folder / name
        file.write_text(f"#!/bin/bash\n{text}\n")
        file.chmod(0o755)

    def apt_get(self, text: str) -> None:
        self.script("apt-get", f'echo "$*" >>{self.folder}/asked\n{text}')

    def asked(self) -> list[str]:
        asked = self.folder / "asked"
        return asked.read_text().splitlines() if asked.exists() else []

    def set_up(self) -> tuple[str, str]:
        """What the script writes to stdout and stderr."""
        ran = subprocess.run(
            [SCRIPT],
            env={"PATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout, ran.stderr


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    """A machine where Xvfb and PulseAudio are missing."""
    return Machine(tmp_path, "chromium", "ffmpeg", "ffprobe", "setpriv")


def test_where_everything_is_there_apt_is_not_asked(tmp_path: Path) -> None:
    machine = Machine(tmp_path, *RECORDING)
    machine.apt_get("")
    font = any(Path("/usr/share/fonts").rglob("*.[ot]tf"))
    said = machine.set_up()
    assert (machine.asked() == []) is font
    assert (said == ("", "")) is font


def test_what_is_missing_is_installed_and_announced_and_nothing_is_removed(bare: Machine) -> None:
    bare.apt_get("")
    out, err = bare.set_up()
    assert (out.count("\n"), err) == (1, "")
    assert "Installing xvfb pulseaudio" in out
    assert "190 MB" in out
    (asked,) = bare.asked()
    assert " install --no-install-recommends --no-remove xvfb pulseaudio" in asked


def test_old_package_lists_are_renewed(bare: Machine) -> None:
    bare.apt_get('[[ "$*" == *update* ]] && : >"${0%/*}/new"; [ -e "${0%/*}/new" ]')
    out, err = bare.set_up()
    assert (out.count("\n"), err) == (1, "")
    assert [call.split()[3] for call in bare.asked()] == ["install", "update", "install"]


def test_an_error_of_apt_is_shown_in_one_line(bare: Machine) -> None:
    bare.apt_get("echo reading; echo 'E: Unable to locate package xvfb' >&2; exit 100")
    _, err = bare.set_up()
    assert err.startswith("Pages will not be recorded: apt-get could not install xvfb pulseaudio")
    assert err.endswith("E: Unable to locate package xvfb\n")
    assert err.count("\n") == 1


def test_a_package_that_is_not_available_does_not_prevent_the_others(bare: Machine) -> None:
    bare.apt_get('[[ "$*" == *xvfb* ]] && echo "E: no xvfb here" && exit 100; exit 0')
    _, err = bare.set_up()
    assert err == ("Pages will not be recorded: apt-get could not install xvfb. E: no xvfb here\n")
    assert bare.asked()[-1].endswith(" pulseaudio")


def test_where_there_is_no_apt_one_sentence_says_what_to_install(bare: Machine) -> None:
    out, err = bare.set_up()
    assert out == ""
    assert err.startswith("Pages will not be recorded until")
    assert "xvfb pulseaudio" in err
    assert err.count("\n") == 1
