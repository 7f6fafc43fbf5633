"""What the blocks of the documentation contain: text that parses, and commands that exist."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from itertools import dropwhile, groupby
from pathlib import Path

import pytest
import yaml
from documentation.markdown import PROJECT, Block, blocks, tracked

PAGES = {page: blocks(page.read_text(encoding="utf-8")) for page in tracked("*.md")}

PARSE: dict[str, Callable[[str], object]] = {
    "python": lambda text: compile(text, "block", "exec"),
    "json": json.loads,
    "yaml": yaml.safe_load,
}
SHELL = ("&&", "||", "|", ";")
ASSIGNMENT = re.compile(r"[A-Z_]+=")
OPTION = re.compile(r"^(--[a-z-]+|-[a-zA-Z])(=.*)?$")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_blocks_of_code_and_data_parse(page: Path) -> None:
    for block in PAGES[page]:
        if block.language in PARSE:
            PARSE[block.language](block.text)


def commands(block: Block) -> Iterator[list[str]]:
    """The words of each command of a block; shell syntax that is no command is left out."""
    if block.language not in ("sh", "bash", "console"):
        return
    text = block.text.replace("\\\n", " ")
    for line in text.splitlines():
        if block.language == "console" and not line.startswith("$ "):
            continue
        try:
            words = _bare(shlex.split(line.removeprefix("$ "), comments=True))
        except ValueError:
            continue
        for is_shell, part in groupby(words, SHELL.__contains__):
            command = list(dropwhile(ASSIGNMENT.match, part))
            if command and not is_shell:
                yield command


def _bare(words: list[str]) -> list[str]:
    """The commands of a subshell without its parentheses."""
    if words and words[0].startswith("(") and words[-1].endswith(")"):
        return [words[0][1:], *words[1:-1], words[-1][:-1]]
    return words


def named(program: str) -> list[tuple[str, ...]]:
    """The commands of one program in all pages, each once."""
    found = (tuple(words) for each in PAGES.values() for block in each for words in commands(block))
    return sorted({words for words in found if words[0] == program})


def is_command(path: list[str], word: str) -> bool:
    """Whether a word is a command below another, under its name or an alias."""
    return help_of(*path, word) != help_of(*path)


@cache
def help_of(*command: str) -> str:
    ran = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr


def test_a_config_value_from_the_shell_is_not_taken_for_an_option() -> None:
    """A TaskId may begin with a dash."""
    settings = [words for words in named("pulumi") if words[1:3] == ("config", "set")]
    assert any(words[-1].startswith("$") for words in settings)
    for words in settings:
        assert not words[-1].startswith("$") or words[-2] == "--", words


@pytest.mark.parametrize("program", ["pulumi", "trtc-recorder", "trtc-webrecord"])
def test_every_command_has_the_options_that_it_is_given(program: str) -> None:
    for words in named(program):
        path = [program]
        for word in words[1:]:
            if not re.fullmatch(r"[a-z][a-z-]*", word) or not is_command(path, word):
                break
            path.append(word)
        assert len(path) > 1 or program != "pulumi", words
        for word in words[len(path) :]:
            if option := OPTION.match(word):
                assert re.search(rf"{option[1]}\b", help_of(*path)), f"{words}: {word}"


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    for words in named("make"):
        given = [word for word in words[1:] if not re.search(r"^-|=", word)]
        assert set(given) <= targets, words


def test_there_are_commands_and_what_is_none_is_found() -> None:
    assert all(len(named(program)) > 3 for program in ("pulumi", "make"))
    assert named("trtc-recorder")
    assert is_command(["pulumi", "config"], "rm")
    assert not is_command(["pulumi", "stack"], "live")
