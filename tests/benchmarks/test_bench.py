"""A small `make bench`: its table is filled. No figure is asserted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]


def table_rows(printed: str, columns: int) -> list[list[str]]:
    rows = [line.strip("| ").split(" | ") for line in printed.splitlines() if line[:1] == "|"]
    return [[cell.strip("` ") for cell in row] for row in rows if len(row) == columns]


def test_two_recordings_of_both_resources_are_measured_beside_the_short_provider() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "tools.bench", "2"],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": "tests"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    steps = {row[1]: row for row in table_rows(printed, 13)[1:]}
    for requests in ({step: float(row[n]) for step, row in steps.items()} for n in (10, 11)):
        assert requests["create"] >= 2
        assert requests["refresh"] >= 2
        assert requests["destroy"] >= 2
    assert (float(steps["no-op"][10]), float(steps["no-op"][11])) == (0, 2)
    assert all(float(row[n]) > 0 for row in steps.values() for n in (2, 3, 4))
    sizes = table_rows(printed, 7)[1]
    assert all(float(cell) > 0 for cell in sizes)
    probed = {row[0]: row[1:] for row in table_rows(printed, 5)}
    assert list(probed)[-3:] == ["no probe", "one bucket", "one bucket, a prefix for each"]
    for row in list(probed.values())[-3:]:
        assert all(2 <= float(requests) <= 4 for requests in row[2:])  # starts, and looks before
    imports = dict(row[:2] for row in table_rows(printed, 3)[1:])
    assert "from trtc_webrecord import WebRecording" in imports
