"""Set-up installs the programs and fonts that recording needs if it can, and never fails.

apt-get is a stand-in: a test may not install packages on the machine that it runs on.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packages.debian import Debian
from trtc_recorder.worker import fonts, programs

SCRIPT = Path(__file__).parents[2] / "tools/local" / "packages"
RECORDING = ("chromium", "ffmpeg", "ffprobe", "Xvfb", "pulseaudio", "setpriv")
TOOLS = ("bash", "cat", "env", "grep", "tail", "timeout", "tr", "true", "uname")
FONTS = {
    "cjk": "False\t|ja|ko|zh-CN|zh-TW|\t,Noto Sans CJK JP,Noto Sans CJK JP Bold,",
    "core": "False\t|ar|bn|he|hi|ta|th|\t,Noto Sans,",
    "emoji": "True\t|und-zsye|\t,Noto Color Emoji,",
    "Arial": "False\t|en|\t,Liberation Sans,",
    "Times": "False\t|en|\t,Liberation Serif,",
    "Courier": "False\t|en|\t,Liberation Mono,",
}
"""Fonts as the script has them listed by fc-list: colour, languages and families."""


class Machine(Debian):
    """A machine with these programs, and all fonts."""

    def __init__(self, folder: Path, *programs: str) -> None:
        super().__init__(folder, *TOOLS)
        for program in programs:
            self.script(program)
        self.script("python3")  # it loads the library that it is asked for
        self.fonts(*FONTS.values())

    def fonts(self, *here: str) -> None:
        """Have these, as of FONTS, and no other."""
        listed = "\n".join(here)
        self.script("fc-list", f"cat <<'END'\n{listed}\nEND")

    def set_up(self) -> tuple[str, str]:
        return self.run(SCRIPT)


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    """A machine where Xvfb and PulseAudio are missing."""
    return Machine(tmp_path, "chromium", "ffmpeg", "ffprobe", "setpriv")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with every program."""
    made = Machine(tmp_path, *RECORDING)
    made.apt_get("")
    return made


def test_where_everything_is_there_apt_is_not_asked(machine: Machine) -> None:
    assert machine.set_up() == ("", "")
    assert machine.apt_get_calls() == []


def test_what_is_missing_is_installed_and_announced_and_nothing_is_removed(bare: Machine) -> None:
    bare.apt_get("")
    out, err = bare.set_up()
    assert (out.count("\n"), err) == (1, "")
    assert "Installing xvfb pulseaudio" in out
    assert "270 MB" in out
    (asked,) = bare.apt_get_calls()
    assert " install --no-install-recommends --no-remove xvfb pulseaudio" in asked


def test_a_library_of_the_driver_is_installed_where_it_cannot_be_loaded(machine: Machine) -> None:
    ((library, package),) = programs.LIBRARIES.items()
    machine.script("python3", f'[[ "$*" != *{library}* ]]')
    machine.set_up()
    assert [call.rpartition(" --no-remove ")[2] for call in machine.apt_get_calls()] == [package]


def test_old_package_lists_are_renewed(bare: Machine) -> None:
    bare.apt_get('[[ "$*" == *update* ]] && : >"${0%/*}/new"; [ -e "${0%/*}/new" ]')
    out, err = bare.set_up()
    assert (out.count("\n"), err) == (1, "")
    assert [call.split()[3] for call in bare.apt_get_calls()] == ["install", "update", "install"]


NOT_RECORDED = "Pages will not be recorded"


@pytest.mark.parametrize(
    ("apt_get", "error"),
    [
        (
            "echo reading; echo 'E: no such package' >&2; exit 100",
            f"{NOT_RECORDED}: apt-get could not install xvfb pulseaudio. E: no such package\n",
        ),
        (
            '[[ "$*" == *xvfb* ]] && echo "E: no xvfb here" && exit 100; exit 0',
            f"{NOT_RECORDED}: apt-get could not install xvfb. E: no xvfb here\n",
        ),
        (None, f"{NOT_RECORDED} until "),
    ],
)
def test_what_is_not_installed_is_named_in_one_line_and_the_rest_is_installed(
    bare: Machine, apt_get: str | None, error: str
) -> None:
    if apt_get is not None:
        bare.apt_get(apt_get)
    _, err = bare.set_up()
    assert err.startswith(error)
    assert err.count("\n") == 1
    assert "xvfb" in err
    assert ("pulseaudio" in err) or bare.apt_get_calls()[-1].endswith(" pulseaudio")


@pytest.mark.parametrize(
    ("font", "package"),
    [
        ("cjk", "fonts-noto-cjk"),
        ("core", "fonts-noto-core"),
        ("emoji", "fonts-noto-color-emoji"),
        *((font, "fonts-liberation") for font in ("Arial", "Times", "Courier")),
    ],
)
def test_a_font_is_installed_for_what_has_none(machine: Machine, font: str, package: str) -> None:
    monochrome = "False\t|en|und-zsye|\t,DejaVu Sans,"
    machine.fonts(*(listed for name, listed in FONTS.items() if name != font), monochrome)
    machine.set_up()
    assert [call.rpartition(" --no-remove ")[2] for call in machine.apt_get_calls()] == [package]


def test_where_fontconfig_is_missing_it_is_installed_with_all_fonts(machine: Machine) -> None:
    (machine.bin / "fc-list").unlink()
    machine.set_up()
    (asked,) = machine.apt_get_calls()
    assert asked.endswith(
        " fontconfig fonts-noto-cjk fonts-noto-core fonts-noto-color-emoji fonts-liberation"
    )


def test_where_only_fonts_cannot_be_had_pages_are_recorded_and_that_is_said(tmp_path: Path) -> None:
    machine = Machine(tmp_path, *RECORDING)
    machine.fonts(*(listed for name, listed in FONTS.items() if name != "cjk"))
    _, err = machine.set_up()
    assert err == (
        "Recordings will show boxes for some writing, or another font until these packages are "
        "installed, as root: fonts-noto-cjk.\n"
    )
    machine.apt_get("echo 'E: Unable to locate package' >&2; exit 100")
    _, err = machine.set_up()
    assert err == (
        "Recordings will show boxes for some writing, or another font: apt-get could not install "
        "fonts-noto-cjk. E: Unable to locate package\n"
    )


def test_the_script_and_the_service_ask_for_the_same() -> None:
    script = SCRIPT.read_text()
    for language in {each for writing in fonts.SCRIPTS for each in writing.languages}:
        assert re.search(rf"\b{language}\b", script), language
    for family in {each for width in fonts.WIDTHS for each in width.families}:
        assert re.search(rf"\b{family.lower()}\b", script), family
    documented = (SCRIPT.parents[2] / "recorder" / "README.md").read_text()
    packages = {writing.package for writing in fonts.SCRIPTS} | {*programs.LIBRARIES.values()}
    packages.update(*(wanted[1].split() for wanted in programs.WANTED.values()))
    for package in packages:
        assert package in script
        assert package in documented or package == "util-linux"  # Debian's own, on every machine
