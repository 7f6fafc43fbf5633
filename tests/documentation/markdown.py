"""Markdown pages as the tests of the documentation read them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]

_FENCE = re.compile(r"^( *)```(\S*)[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and its text."""

    language: str
    text: str


def tracked(*patterns: str) -> list[Path]:
    """The project's files that match; those that Git ignores are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [PROJECT / name for name in sorted(set(listed)) if (PROJECT / name).exists()]


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [Block(found[2], found[3]) for found in _FENCE.finditer(text)]


def without_blocks(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    made: set[str] = set()
    for heading in _HEADING.findall(without_blocks(text)):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        again = (n for n in range(1, 100) if f"{slug}-{n}" not in made)
        made.add(slug if slug not in made else f"{slug}-{next(again)}")
    return made
