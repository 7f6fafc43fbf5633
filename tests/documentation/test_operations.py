"""docs/operations.md: its commands do what it says, in the situations that it describes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documentation.markdown import PROJECT
from documentation.operators_stack import OperatorsStack
from documentation.sessions import Command, sessions
from documentation.situations import SITUATIONS
from trtc_recorder.testing import RunningService

PAGE = PROJECT / "docs/operations.md"
SESSIONS = {heading: found for heading, found in sessions(PAGE).items() if found}
IN_THE_GATE = ("The pipeline was killed", "Forced replacement")


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param(heading, marks=() if heading in IN_THE_GATE else pytest.mark.slow)
        for heading in SITUATIONS
    ],
)
def test_the_commands_of_a_section_do_what_it_says(
    heading: str, tmp_path: Path, recorder: RunningService
) -> None:
    operator = OperatorsStack(tmp_path, recorder)
    situation = SITUATIONS[heading](operator)
    texts = []
    for session in SESSIONS[heading]:
        next(situation)
        texts.append(operator.play(session))
    assert next(situation, "over") == "over"
    assert "CANARY" not in "".join(texts)


def test_every_section_with_commands_is_played() -> None:
    assert set(SESSIONS) == set(SITUATIONS) > set(IN_THE_GATE)


def test_every_section_says_what_you_see_what_it_means_and_what_to_do() -> None:
    text = PAGE.read_text(encoding="utf-8")
    _, *sections = re.split(r"^## (?!What `pulumi up` does)", text, flags=re.MULTILINE)
    parts = ("**You see**", "**It means**", "**Do**")
    for section in sections:
        told = [section.find(part) for part in parts]
        assert -1 not in told, section.splitlines()[0]
        assert told == sorted(told), section.splitlines()[0]


def test_a_shown_line_that_the_output_lacks_is_found() -> None:
    command = Command("pulumi up", ("…adopted…", "2 created"))
    assert command.missing("it was adopted\n  + 2  created\n") is None
    assert command.missing("+ 2 created\nit was adopted") == "2 created"
    assert command.missing("") == "…adopted…"
    assert not command.fails
    assert Command("pulumi up", ("error: no",)).fails
