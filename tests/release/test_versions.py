"""The version is written in provider/pyproject.toml; what shows it elsewhere follows."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess

from trtc_webrecord.native.provider import SCHEMA

from tools.release.commands import REPOSITORY

VERSION = importlib.metadata.version("pulumi-trtc-webrecord")


def written(file: str) -> list[str]:
    """The lines of a file that have the version."""
    pattern = re.compile(rf"(?<![\w.=]){re.escape(VERSION)}(?![\w.]*\d)")
    return [
        line for line in (REPOSITORY / file).read_text("utf-8").splitlines() if pattern.search(line)
    ]


def test_the_schema_has_the_version_of_the_package() -> None:
    assert json.loads(SCHEMA.read_text("utf-8"))["version"] == VERSION


def test_both_packages_are_installed_with_the_version_of_the_repository() -> None:
    assert importlib.metadata.version("trtc-recorder") == VERSION
    assert written("provider/pyproject.toml") == [f'version = "{VERSION}"  # of both distributions']


def test_no_other_file_writes_it() -> None:
    names = subprocess.run(
        ["git", "grep", "-lIF", VERSION, "--", ":!*.sum", ":!*.mod", ":!tests", ":!requirements*"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    kept = {name for name in names if written(name)}
    generated = {"provider/trtc_webrecord/native/schema.json", "CHANGELOG.md"}
    assert kept - generated == {"provider/pyproject.toml"}
