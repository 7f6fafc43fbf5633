"""The console blocks of a page: commands, and what of their output the page shows.

A shown line stands somewhere below the one before it; `…` in it is anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from documentation.markdown import blocks

_SECTION = re.compile(r"^## +(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command, and the lines of its output that the page shows."""

    text: str
    shown: tuple[str, ...]

    @property
    def fails(self) -> bool:
        """Whether the page shows it failing."""
        return any(line.lstrip().startswith("error:") for line in self.shown)

    def missing(self, output: str) -> str | None:
        """The first shown line that the output does not have at its place."""
        rest = _plain(output)
        for line in self.shown:
            found = re.search(_pattern(line), rest)
            if found is None:
                return line
            rest = rest[found.end() :]
        return None


Session = tuple[Command, ...]
"""The commands of one block."""


def sessions(page: Path) -> dict[str, list[Session]]:
    """The console blocks of each section of a page."""
    _, *parts = _SECTION.split(page.read_text(encoding="utf-8"))
    return {
        heading: [_session(block.text) for block in blocks(text) if block.language == "console"]
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }


def _session(text: str) -> Session:
    commands = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return tuple(
        Command(lines[0], tuple(line for line in lines[1:] if line.strip()))
        for lines in (command.splitlines() for command in commands)
    )


def _plain(text: str) -> str:
    return " ".join(text.split())


def _pattern(line: str) -> str:
    return ".*?".join(re.escape(part) for part in _plain(line).split("…"))
