"""The open cases: how a recording is still orphaned, and the remedy that finds it."""

from __future__ import annotations

from faults.cases import Case
from faults.histories import (
    DESTROY,
    KEEP_COPY,
    KILLED_UP,
    NOTHING,
    OUTCOME_UNKNOWN,
    RESTORE_COPY,
    UP,
    A,
    B,
)
from faults.kills import ALL, PROVIDER, STARTED, STOPPED, held
from faults.steps import Interrupt, Moment, Once, Settle
from faults.verdict import Verdict

STAYS_OPEN = "What stays open, and its remedy"

ORPHAN = Verdict(missing=0, orphans=1, duplicates=0)
MISSING = Verdict(missing=1, orphans=0, duplicates=0)

VERY_LATE = Moment("start on its way for 45 s", (held("StartWebRecord", "before", seconds=45),))

CLOSED = "Open through the dynamic resource, closed here"

CLOSED_NATIVELY = ("up failed, not known whether it started, then edited",)
"""The open cases that the native resource closes: a failed create leaves a trace in the state."""

OPEN = (
    Case(
        STAYS_OPEN,
        "first up killed, then the declaration removed",
        (A, KILLED_UP, NOTHING, UP),
        tasks=1,
        leaves=ORPHAN,
        remedy=(A, UP, NOTHING, UP),
        quick=True,
    ),
    Case(
        STAYS_OPEN,
        "first up killed, then destroyed",
        (A, KILLED_UP, DESTROY),
        tasks=1,
        leaves=ORPHAN,
        remedy=(UP, DESTROY),
    ),
    Case(
        STAYS_OPEN,
        "first up killed, pending creates cleared by refresh, then edited",
        (A, KILLED_UP, Settle("refresh", ("--clear-pending-creates",)), B, UP),
        tasks=2,
        leaves=ORPHAN,
        remedy=(A, UP),
    ),
    Case(
        STAYS_OPEN,
        "replacement killed, then put back to what the state holds",
        (A, UP, B, KILLED_UP, A, UP),
        tasks=2,
        leaves=ORPHAN,
        remedy=(B, UP),
    ),
    Case(
        STAYS_OPEN,
        "up failed, not known whether it started, then edited",
        (A, OUTCOME_UNKNOWN, Once(fails=True), B, UP),
        tasks=2,
        leaves=ORPHAN,
        remedy=(A, UP),
    ),
    Case(
        STAYS_OPEN,
        "the provider's process alone killed, then edited",
        (A, Interrupt(STARTED, PROVIDER), B, UP),
        tasks=2,
        leaves=ORPHAN,
        remedy=(A, UP),
    ),
    Case(
        STAYS_OPEN,
        "killed, edited, and the service runs the start 45 s late",
        (A, Interrupt(VERY_LATE, ALL), B, UP),
        tasks=2,
        leaves=ORPHAN,
        remedy=(A, UP),
    ),
    Case(
        STAYS_OPEN,
        "an older copy of the state and of the declaration",
        (A, UP, KEEP_COPY, B, UP, RESTORE_COPY, A, UP),
        tasks=2,
        leaves=Verdict(missing=1, orphans=1, duplicates=0),
        remedy=(B, UP),
    ),
    Case(
        STAYS_OPEN,
        "destroy killed when a stop had run, then up",
        (A, UP, Interrupt(STOPPED, ALL, "destroy"), UP),
        tasks=1,
        leaves=MISSING,
        remedy=(DESTROY, UP),
    ),
)

TRACES = (
    Case(
        CLOSED,
        "up failed, not known whether it started, then destroyed",
        (A, OUTCOME_UNKNOWN, Once(fails=True), DESTROY),
        tasks=1,
        provider="native",
    ),
    Case(
        CLOSED,
        "up failed, not known whether it started, then the declaration removed",
        (A, OUTCOME_UNKNOWN, Once(fails=True), NOTHING, UP),
        tasks=1,
        provider="native",
    ),
    Case(
        CLOSED,
        "replacement failed, not known whether it started, repeated",
        (A, UP, B, OUTCOME_UNKNOWN, Once(fails=True), UP),
        tasks=2,
        provider="native",
    ),
    Case(
        CLOSED,
        "replacement failed, not known whether it started, then put back",
        (A, UP, B, OUTCOME_UNKNOWN, Once(fails=True), A, UP),
        tasks=2,
        provider="native",
    ),
    Case(
        CLOSED,
        "first up killed, then edited, its start's fate unknown, repeated",
        (A, KILLED_UP, B, OUTCOME_UNKNOWN, Once(fails=True), UP),
        tasks=2,
        provider="native",
    ),
)
"""A create whose fate is unknown leaves a trace in the state of the native resource alone."""
