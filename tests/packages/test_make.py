"""The commands that the README names."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def make(*arguments: str) -> str:
    return subprocess.run(
        ["make", "-s", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout


def test_env_prints_shell_exports_and_nothing_else() -> None:
    lines = make("env").splitlines()
    assert lines
    assert all(line.startswith("export ") for line in lines)


def test_env_makes_pulumi_and_python_the_projects_own() -> None:
    shell = f"{make('env')}\ncommand -v python; command -v pulumi"
    found = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=True)
    python, pulumi = found.stdout.split()
    assert python == str(PROJECT / ".venv/bin/python")
    assert pulumi


def test_help_lists_every_target_that_a_newcomer_looks_for() -> None:
    listed = {line.split()[0] for line in make("help").splitlines()}
    assert {"up", "down", "test", "setup", "check", "env", "help"} <= listed


def test_what_is_typed_as_record_url_is_run_by_neither_make_nor_a_shell(tmp_path: Path) -> None:
    touch = f"touch {tmp_path}/x"
    typed = f"https://example.com/?a='\"`{touch}`$({touch})$(shell {touch})"
    recipe = make("--dry-run", "up", f"RECORD_URL={typed}")
    assert "local/stack up" in recipe
    assert "example.com" not in recipe
    assert not list(tmp_path.iterdir())
