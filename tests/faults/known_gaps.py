"""What stays open: how a recording is still orphaned, and the remedy that finds it."""

from __future__ import annotations

from dataclasses import replace

from faults.differences import Differences
from faults.failures import START
from faults.kill_signals import ALL, PROVIDER, STARTED, STOPPED, held
from faults.recovery import (
    DESTROY,
    KEEP_COPY,
    KILLED_UP,
    NOTHING,
    OUTCOME_UNKNOWN,
    RESTORE_COPY,
    UNLOCK,
    UP,
    UP_ONCE_FAILS,
    A,
    B,
)
from faults.scenario import Scenario, scenarios
from faults.steps import Moment, interrupt, preview, settle

STAYS_OPEN = "What stays open, and its remedy"
UNFINISHED = "A create that failed after its start"

ORPHAN, MISSING = Differences(orphans=1), Differences(missing=1)
VERY_LATE = Moment("start on its way for 45 s", (held(START, "before", seconds=45),))

OPEN = scenarios(
    STAYS_OPEN,
    {
        "first up killed, then the declaration removed": Scenario(
            (A, KILLED_UP, NOTHING, UP), 1, leaves=ORPHAN, remedy=(A, UP, NOTHING, UP), quick=True
        ),
        "first up killed, then destroyed": Scenario(
            (A, KILLED_UP, DESTROY), 1, leaves=ORPHAN, remedy=(UP, DESTROY)
        ),
        "first up killed, pending creates cleared by refresh, then edited": Scenario(
            (A, KILLED_UP, settle("refresh", "--clear-pending-creates"), B, UP),
            2,
            leaves=ORPHAN,
            remedy=(A, UP),
        ),
        "replacement killed, then put back to what the state holds": Scenario(
            (A, UP, B, KILLED_UP, A, UP), 2, leaves=ORPHAN, remedy=(B, UP)
        ),
        "the provider's process alone killed, then edited": Scenario(
            (A, interrupt(STARTED, PROVIDER), B, UP), 2, leaves=ORPHAN, remedy=(A, UP)
        ),
        "killed, edited, and the service runs the start 45 s late": Scenario(
            (A, interrupt(VERY_LATE, ALL), B, UP), 2, leaves=ORPHAN, remedy=(A, UP)
        ),
        "an older copy of the state and of the declaration": Scenario(
            (A, UP, KEEP_COPY, B, UP, RESTORE_COPY, A, UP),
            2,
            leaves=Differences(missing=1, orphans=1),
            remedy=(B, UP),
        ),
        "destroy killed when a stop had run, then up": Scenario(
            (A, UP, interrupt(STOPPED, ALL, "destroy"), UP), 1, leaves=MISSING, remedy=(DESTROY, UP)
        ),
    },
)

_FAILED = (OUTCOME_UNKNOWN, UP_ONCE_FAILS)
PARTIAL_STATES = tuple(
    replace(each, visible_after=5)
    for each in scenarios(
        UNFINISHED,
        {
            "up failed, outcome unknown, then edited": Scenario(
                (A, *_FAILED, B, UP), 2, quick=True
            ),
            "up failed, outcome unknown, then destroyed": Scenario((A, *_FAILED, DESTROY), 1),
            "up failed, outcome unknown, then the declaration removed": Scenario(
                (A, *_FAILED, NOTHING, UP), 1
            ),
            "replacement failed, outcome unknown, repeated": Scenario((A, UP, B, *_FAILED, UP), 2),
            "replacement failed, outcome unknown, then put back": Scenario(
                (A, UP, B, *_FAILED, A, UP), 2
            ),
            "first up killed, then edited, its start's outcome unknown, repeated": Scenario(
                (A, KILLED_UP, B, UNLOCK, *_FAILED, preview, UP), 2
            ),
        },
    )
)
"""A create whose outcome is unknown is in the state: nothing stays open."""
