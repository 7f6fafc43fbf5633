"""Finds scripts and common fonts that this machine has no font for, and how to install one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from .programs import installing, listing

TIMEOUT = 20.0
"""Seconds for fontconfig to answer; it reads new fonts first."""


@dataclass(frozen=True)
class Script:
    """A script (system of writing).

    `name`: as in messages. `characters`: matches one of them in a regular expression of
    JavaScript with the flag `u`. `languages`: those that fontconfig has to have a font for.
    `package`: Debian's. `font`: a family that has it.
    """

    name: str
    characters: str
    languages: tuple[str, ...]
    package: str
    font: str


@dataclass(frozen=True)
class Widths:
    """A common font that pages name, and the families with the same widths that may stand in."""

    name: str
    families: frozenset[str]


CJK, CORE = "fonts-noto-cjk", "fonts-noto-core"

SCRIPTS = (
    Script("Chinese", r"\p{Script=Han}", ("zh-cn", "zh-tw"), CJK, "Noto Sans CJK"),
    Script("Japanese", r"[\p{Script=Hiragana}\p{Script=Katakana}]", ("ja",), CJK, "Noto Sans CJK"),
    Script("Korean", r"\p{Script=Hangul}", ("ko",), CJK, "Noto Sans CJK"),
    Script("Arabic", r"\p{Script=Arabic}", ("ar",), CORE, "Noto Sans Arabic"),
    Script("Hebrew", r"\p{Script=Hebrew}", ("he",), CORE, "Noto Sans Hebrew"),
    Script("Hindi", r"\p{Script=Devanagari}", ("hi",), CORE, "Noto Sans Devanagari"),
    Script("Bengali", r"\p{Script=Bengali}", ("bn",), CORE, "Noto Sans Bengali"),
    Script("Tamil", r"\p{Script=Tamil}", ("ta",), CORE, "Noto Sans Tamil"),
    Script("Thai", r"\p{Script=Thai}", ("th",), CORE, "Noto Sans Thai"),
    Script(
        "coloured emoji",
        r"\p{Emoji_Presentation}",
        ("und-zsye",),
        "fonts-noto-color-emoji",
        "Noto Color Emoji",
    ),
)

LIBERATION = "fonts-liberation"
WIDTHS = (
    Widths("Arial", frozenset({"Arial", "Liberation Sans", "Arimo", "Nimbus Sans"})),
    Widths(
        "Times New Roman",
        frozenset({"Times New Roman", "Liberation Serif", "Tinos", "Nimbus Roman"}),
    ),
    Widths(
        "Courier New",
        frozenset({"Courier New", "Liberation Mono", "Cousine", "Nimbus Mono PS"}),
    ),
)

FORMAT = "%{color}\t%{lang}\t%{family}\n"


@dataclass(frozen=True)
class Fonts:
    """The languages, in lower case, and families that the fonts of this machine have."""

    languages: frozenset[str]
    families: frozenset[str]


def missing_scripts() -> list[Script]:
    """Returns the scripts of SCRIPTS without a font; none if fontconfig does not work."""
    fonts = _fonts()
    return _without(fonts) if fonts else []


def missing() -> str | None:
    """Returns what is missing and how to install it; None if nothing is."""
    fonts = _fonts()
    if fonts is None:
        return (
            "Which fonts are missing is not known: fc-list, a program of fontconfig, does not work."
        )
    scripts = _without(fonts)
    common = [each.name for each in WIDTHS if not each.families & fonts.families]
    names = [script.name for script in scripts] + common
    if not names:
        return None
    packages = [script.package for script in scripts] + [LIBERATION] * bool(common)
    families = [script.font for script in scripts] + ["Liberation"] * bool(common)
    way = installing(_distinct(packages)) or f"install {listing(_distinct(families))}"
    return (
        f"Fonts for {listing(names)} are missing: recordings show boxes or another font instead. "
        f"{way[0].upper()}{way[1:]}, then restart the service."
    )


def _without(fonts: Fonts) -> list[Script]:
    return [script for script in SCRIPTS if not fonts.languages.issuperset(script.languages)]


def _fonts() -> Fonts | None:
    """Returns what fontconfig lists; None if it fails. Of emoji, only coloured ones count."""
    try:
        ran = subprocess.run(  # noqa: S603
            ["fc-list", "--format", FORMAT],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    languages: set[str] = set()
    families: set[str] = set()
    for line in ran.stdout.splitlines():
        color, spoken, family = line.split("\t", 2)
        here = set(spoken.lower().split("|"))
        languages |= here if color == "True" else here - {"und-zsye"}
        families |= set(family.split(","))
    return Fonts(frozenset(languages), frozenset(families))


def _distinct(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
