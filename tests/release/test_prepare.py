"""Preparing a release: changelog and version, in a copy of the repository's files."""

from __future__ import annotations

import shutil
from importlib import metadata
from pathlib import Path

import pytest

from tools.release import prepare
from tools.release.commands import REPOSITORY, ReleaseError
from tools.release.prepare import PLACES

BEFORE = "# Changelog\n\n## Unreleased\n\n- A gain.\n\n## 0.1.0 - 2026-11-26\n\n- The first.\n"
AFTER = (
    "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2027-01-02\n\n- A gain.\n\n"
    "## 0.1.0 - 2026-11-26\n\n- The first.\n"
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for path in PLACES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / path, tmp_path / path)
    (tmp_path / "CHANGELOG.md").write_text(BEFORE)
    return tmp_path


def texts(root: Path) -> list[str]:
    return [path.read_text("utf-8") for path in sorted(root.rglob("*.*")) if path.is_file()]


def test_what_was_unreleased_becomes_the_versions_section() -> None:
    assert prepare.release_section(BEFORE, "0.2.0", "2027-01-02") == AFTER
    assert prepare.notes(AFTER, "0.2.0") == "- A gain."
    assert prepare.notes(AFTER, "0.1.0") == "- The first."


@pytest.mark.parametrize(
    ("changelog", "why"),
    [
        (AFTER, "nothing under Unreleased"),
        ("# Changelog\n", "nothing under Unreleased"),
        (BEFORE.replace("0.1.0", "0.2.0"), "a section 0.2.0 already"),
    ],
)
def test_without_news_or_for_the_second_time_nothing_is_cut(changelog: str, why: str) -> None:
    with pytest.raises(ReleaseError, match=why):
        prepare.release_section(changelog, "0.2.0", "2027-01-02")


def test_every_place_that_shows_the_version_has_the_new_one(copy: Path) -> None:
    old = texts(copy)
    prepare.main(copy, "7.8.9")
    for path in PLACES:
        assert (copy / path).read_text("utf-8").count("7.8.9") == 1
    assert len([new for new in texts(copy) if new not in old]) == len(PLACES) + 1


@pytest.mark.parametrize("version", ["0.0.9", "0.1.0", "next", ""])
def test_a_version_that_is_not_newer_changes_nothing(copy: Path, version: str) -> None:
    before = texts(copy)
    with pytest.raises(ReleaseError, match=r"not newer|Invalid version"):
        prepare.main(copy, version)
    assert texts(copy) == before


def test_the_changelog_has_the_notes_of_the_version_at_hand() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    assert prepare.notes(changelog, metadata.version("pulumi-trtc-webrecord"))
    assert changelog.count(prepare.UNRELEASED) == 1
