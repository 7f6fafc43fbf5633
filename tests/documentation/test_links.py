"""Links in the documentation, to files and to headings, lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from documentation.markdown import PROJECT, anchors, tracked, without_blocks

PAGES = tracked("*.md")
LINK = re.compile(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)|^\[[^]]+\]: (\S+)", re.MULTILINE)
CODE = re.compile(r"`[^`\n]+`")
MENTION = re.compile(r"\b(?:docs|examples|provider|recorder|tools)/[\w./-]*\w\.(?:md|ya?ml)\b")


def links(text: str) -> Iterator[str]:
    for found in LINK.finditer(CODE.sub("`", without_blocks(text))):
        target = found[1] or found[2]
        if not re.match(r"[a-z]+:", target):
            yield target


def problem(page: Path, link: str) -> str | None:
    name, _, anchor = unquote(link).partition("#")
    file = (page.parent / name).resolve() if name else page
    if not file.exists():
        return f"{link}: there is no such file"
    if PROJECT not in (file, *file.parents):
        return f"{link}: is outside the project"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
        return f"{link}: there is no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_relative_link_leads_somewhere_and_every_page_that_is_named_exists(
    page: Path,
) -> None:
    text = page.read_text(encoding="utf-8")
    found = [problem(page, link) for link in links(text)]
    assert [each for each in found if each] == []
    assert [name for name in MENTION.findall(text) if not (PROJECT / name).exists()] == []


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    readme = PROJECT / "README.md"
    assert {readme, PROJECT / "docs/operations.md"} <= set(PAGES)
    assert problem(readme, "docs/nowhere.md") == "docs/nowhere.md: there is no such file"
    assert (
        problem(readme, "docs/errors.md#nowhere")
        == "docs/errors.md#nowhere: there is no such heading"
    )
    assert problem(readme, f"../../{tmp_path.name}") is not None
    assert problem(readme, "docs/errors.md#validation-and-configuration") is None
