"""Every failure of the service, on one stack."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.differences import NONE
from faults.report import complaints, table
from faults.service_failures import PHASES, run_every_failure

FAILURES = [failure for phase in PHASES for failure in phase.failures]


def test_no_recording_is_struck_by_the_failure_of_another() -> None:
    """A rule selects the RecordIds that begin with its recording's name, of 12 characters."""
    prefixes = [failure.prefix for failure in FAILURES]
    assert max(len(failure.recording) for failure in FAILURES) <= 12
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_failure_of_the_service_leaves_what_the_state_names_and_nothing_else(
    tmp_path: Path, slow: bool
) -> None:
    rows = run_every_failure(tmp_path, slow=slow)
    assert len(rows) == len(FAILURES)
    assert complaints(rows) == "", table(rows)
    assert [row.name for row in rows if row.differences != NONE] == []
