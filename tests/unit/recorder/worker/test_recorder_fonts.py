"""The fonts of a machine, as fontconfig tells them: what has none is named, with what has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from shell_script import shell_script
from trtc_recorder.worker import fonts

Machine = Callable[..., Path]

DEJAVU = "False\ten|el|ru|ar|he|und-zsye\tDejaVu Sans,DejaVu Sans Light"
CJK = "False\tja|zh-cn|zh-tw\tNoto Sans CJK JP", "False\tko\tNoto Sans CJK KR"
CORE = "False\thi\tNoto Sans Devanagari", "False\tbn|ta|th\tNoto Sans"
EMOJI = "True\tund-zsye\tNoto Color Emoji"
WIDTHS = tuple(f"False\ten\tLiberation {kind}" for kind in ("Sans", "Serif", "Mono"))
ALL = (DEJAVU, *CJK, *CORE, EMOJI, *WIDTHS)


def without(*left_out: str) -> list[str]:
    return [font for font in ALL if font not in left_out]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with these fonts, as fc-list lists them, and apt-get unless it is not Debian."""

    def having(*listed: str, apt: bool = True) -> Path:
        told = "\n".join(listed)
        shell_script(tmp_path / "fc-list", f"/bin/cat <<'END'\n{told}\nEND")
        if apt:
            (tmp_path / "apt-get").touch(mode=0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr("os.geteuid", lambda: 0)
        return tmp_path

    return having


def test_where_every_script_has_a_font_nothing_is_said(machine: Machine) -> None:
    machine(*ALL)
    assert fonts.missing() is None
    assert fonts.missing_scripts() == []


@pytest.mark.parametrize("left_out", ALL[1:])
def test_one_font_for_something_else_does_not_stand_in(machine: Machine, left_out: str) -> None:
    machine(*without(left_out))
    assert fonts.missing() is not None


def test_what_is_missing_is_named_with_the_packages_that_have_it(machine: Machine) -> None:
    machine(DEJAVU)
    assert fonts.missing() == (
        "Fonts for Chinese, Japanese, Korean, Hindi, Bengali, Tamil, Thai, coloured emoji, Arial, "
        "Times New Roman and Courier New are missing: recordings show boxes or another font "
        "instead. Run `apt-get install --no-install-recommends fonts-noto-cjk fonts-noto-core "
        "fonts-noto-color-emoji fonts-liberation`, then restart the service."
    )


def test_on_another_system_the_fonts_are_named(machine: Machine) -> None:
    machine(*without(*CJK), apt=False)
    assert fonts.missing() == (
        "Fonts for Chinese, Japanese and Korean are missing: recordings show boxes or another font "
        "instead. Install Noto Sans CJK, then restart the service."
    )


@pytest.mark.parametrize(
    ("instead_of", "font", "missing"),
    [
        ((EMOJI,), "False\tund-zsye\tSymbola", "coloured emoji"),
        (CJK, "False\tja|ko|zh-cn\tSome Han", "Chinese"),
    ],
    ids=["emoji without colour", "one of two ways to write Chinese"],
)
def test_what_a_font_has_in_part_is_missing(
    machine: Machine, instead_of: tuple[str, ...], font: str, missing: str
) -> None:
    machine(*without(*instead_of), font)
    assert [script.name for script in fonts.missing_scripts()] == [missing]


@pytest.mark.parametrize("fc_list", ["is missing", "fails"])
def test_without_fontconfigs_program_that_is_said_and_no_script_is_called_missing(
    machine: Machine, fc_list: str
) -> None:
    program = machine() / "fc-list"
    program.unlink()
    if fc_list == "fails":
        shell_script(program, "exit 1")
    assert "fc-list" in (fonts.missing() or "")
    assert fonts.missing_scripts() == []
