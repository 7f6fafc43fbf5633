"""`python -m tools.release.prepare VERSION`: make the commit's contents of a release.

What is under Unreleased in the changelog becomes the section of the version, dated today. The
version is written into provider/pyproject.toml, and what shows it elsewhere follows. Nothing is
committed, tagged or uploaded.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime, timezone
from pathlib import Path

from packaging.version import InvalidVersion, Version

from .commands import REPOSITORY, ReleaseError

PROVIDER = Path("provider/pyproject.toml")
SCHEMA = Path("provider/trtc_webrecord/native/schema.json")
PLACES = {
    PROVIDER: r'(?m)^(version = ")[^"]+',
    SCHEMA: r'(?m)^(  "version": ")[^"]+',
}
"""The first is the source; `tests/release/test_versions.py` knows of no other."""

UNRELEASED = "## Unreleased\n"


def release_section(changelog: str, version: str, today: str) -> str:
    """The changelog with what was unreleased under the version.

    Raises: `ReleaseError` if nothing was, or if the version has a section already.
    """
    before, heading, after = changelog.partition(UNRELEASED)
    news = after.partition("\n## ")[0].strip()
    if not (heading and news):
        raise ReleaseError("CHANGELOG.md has nothing under Unreleased")
    if f"\n## {version} " in after:
        raise ReleaseError(f"CHANGELOG.md has a section {version} already")
    return f"{before}{heading}\n## {version} - {today}\n{after}"


def notes(changelog: str, version: str) -> str:
    """The section of a version: the text of its tag.

    Raises: `ReleaseError` if it has none.
    """
    found = re.search(rf"^## {re.escape(version)} .*?(?=^## |\Z)", changelog, re.M | re.S)
    if found is None:
        raise ReleaseError(f"CHANGELOG.md has no section {version}")
    return found[0].partition("\n")[2].strip()


def is_newer(version: str, than: str) -> bool:
    """Whether a version is the later one. Raises: `ReleaseError` if it is none."""
    try:
        return Version(version) > Version(than)
    except InvalidVersion as error:
        raise ReleaseError(str(error)) from None


def main(root: Path, version: str) -> None:
    """Write changelog and version. Raises: `ReleaseError`, with nothing written."""
    texts = {path: (root / path).read_text("utf-8") for path in PLACES}
    current = re.search(PLACES[PROVIDER] + r'"', texts[PROVIDER])
    now = current[0].split('"')[1] if current else ""
    if not is_newer(version, now):
        raise ReleaseError(f"{version} is not newer than {now}")
    log = root / "CHANGELOG.md"
    today = datetime.now(timezone.utc).date().isoformat()
    log.write_text(release_section(log.read_text("utf-8"), version, today), "utf-8")
    for path, pattern in PLACES.items():
        (root / path).write_text(re.sub(pattern, rf"\g<1>{version}", texts[path]), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.release.prepare VERSION")
    try:
        main(REPOSITORY, sys.argv[1])
    except ReleaseError as error:
        sys.exit(f"release: {error}")
