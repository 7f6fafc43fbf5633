"""The commands that the README names."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def make(*arguments: str) -> str:
    return subprocess.run(
        ["make", "-s", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout


def test_env_prints_exports_alone_which_make_pulumi_and_python_the_projects_own() -> None:
    exports = make("env")
    assert all(line.startswith("export ") for line in exports.splitlines())
    shell = f"{exports}\ncommand -v python; command -v pulumi"
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
    assert "tools/local/stack up" in recipe
    assert "example.com" not in recipe
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, ""),
        ({"NO_PROXY": "example.com"}, ",example.com"),
        ({"no_proxy": "example.com"}, ",example.com"),
        ({"NO_PROXY": "example.com", "no_proxy": "example.com"}, ",example.com"),
    ],
)
def test_env_keeps_the_local_service_off_a_proxy_in_both_spellings(
    before: dict[str, str], after: str
) -> None:
    clean = {key: value for key, value in os.environ.items() if key.lower() != "no_proxy"}
    shell = f'set -u; {make("env")}\necho "$NO_PROXY $no_proxy"'
    found = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, check=True, env={**clean, **before}
    )
    assert found.stdout.split() == [f"127.0.0.1,localhost{after}"] * 2
