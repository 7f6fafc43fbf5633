"""Ask before something is done."""

from __future__ import annotations

import sys

from ..errors import WebRecordError


def agreed(question: str, undone: str) -> bool:
    """Whether the user says yes. Raises WebRecordError without a terminal: `undone`, and why."""
    if not sys.stdin.isatty():
        raise WebRecordError(f"{undone}: without a terminal to ask at, --yes is needed")
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
