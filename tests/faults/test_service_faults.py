"""Every fault of the service, on one stack."""

from __future__ import annotations

from pathlib import Path

from faults.service_faults import PHASES
from faults.service_stack import run_every_fault
from faults.table import complaints, printed
from faults.verdict import CLEAN

FAULTS = [fault for phase in PHASES for fault in phase.faults]


def test_no_recording_is_struck_by_the_fault_of_another() -> None:
    """A rule selects the RecordIds that begin with its recording's name and a hyphen."""
    prefixes = [f"{fault.name}-" for fault in FAULTS]
    assert max(len(fault.name) for fault in FAULTS) <= 12
    assert [
        (one, other)
        for one in prefixes
        for other in prefixes
        if one is not other and other.startswith(one)
    ] == []


def test_every_fault_of_a_slow_service_leaves_what_the_state_names_and_nothing_else(
    tmp_path: Path,
) -> None:
    rows = run_every_fault(tmp_path, slow=True)
    assert len(rows) == len(FAULTS)
    assert complaints(rows) == "", printed(rows)
    assert [row.name for row in rows if row.verdict != CLEAN] == []
