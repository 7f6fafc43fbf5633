"""docs/terminal.md shows what the terminal shows today."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal.__main__ import LANGUAGES, PAGE, captured
from terminal.screen import Normal, shown


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_what_the_terminal_shows(language: str) -> None:
    text = PAGE.read_text("utf-8")
    section = text[text.index(f"## {language}\n") :]
    shown = captured(language)
    assert section[: len(shown)].splitlines() == shown.splitlines(), "run `make captures`"


def test_what_differs_from_run_to_run_is_replaced_and_columns_stay_in_line() -> None:
    first, second = "a" * 91 + "+", "b" * 91 + "-"

    def run(status: str, task_id: str, day: str) -> list[str]:
        return Normal().lines(
            [
                f"     Type   Name   {'Status':{len(status)}}  Info",
                f" +   └─ x   lobby  {status}  1 message",
                "",
                f'    taskId: "{task_id}", files: "bucket/{task_id}/", since {day}T01:02:03+00:00',
            ]
        )

    shown = run("created (0.97s)", first, "2026-11-26")
    assert shown == run("created (12s)", second, "2026-11-27")
    assert shown == [
        "     Type   Name   Status   Info",
        " +   └─ x   lobby  created  1 message",
        "",
        '    taskId: "<TaskId 1>", files: "bucket/<TaskId 1>/", since <time>',
    ]


def test_the_screen_is_what_is_left_after_the_commands_last_word(tmp_path: Path) -> None:
    script = "printf 'creating\\rcreated \\033[32m(1s)\\033[0m\\n'; tput cols; exit 3"
    assert shown(["sh", "-c", script], tmp_path, {"PATH": "/usr/bin:/bin"}) == [
        "created (1s)",
        "700",
    ]
