"""docs/errors.md lists errors by words of their messages, which the source still has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import trtc_webrecord

DOCUMENT = (Path(__file__).parents[2] / "docs/errors.md").read_text()
LISTED = re.findall(r"^### `(.*)`$", DOCUMENT, re.MULTILINE)


def strings() -> Iterator[str]:
    """Every string of the package; the values in an f-string are `…`."""
    for path in Path(trtc_webrecord.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts
            )


STRINGS = set(strings())


@pytest.mark.parametrize("words", LISTED)
def test_each_listed_error_has_these_words(words: str) -> None:
    assert [string for string in STRINGS if words in string]


def test_each_error_is_listed_once_with_what_to_do() -> None:
    assert len(LISTED) == len(set(LISTED)) > 20
    sections = DOCUMENT.split("\n### ")[1:]
    assert [section for section in sections if "**Do:**" not in section] == []
