"""The whole matrix: every run of `make faults`, the longest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from faults.cases import Case, run_case
from faults.histories import DAYS, EDITED, REFUSALS, STATES
from faults.kills import KILLS, RANDOM_KILLS
from faults.open_cases import CLOSED, CLOSED_NATIVELY, OPEN, TRACES
from faults.races import RACES, Race, run_race
from faults.service_stack import run_every_fault
from faults.table import Row, heading
from faults.verdict import CLEAN


@dataclass(frozen=True)
class Run:
    """A run in its own directory; `rows` returns its rows of the table."""

    name: str
    rows: Callable[[Path], list[Row]]


def _of_case(case: Case) -> Run:
    return Run(str(case), lambda directory: [run_case(case, directory)])


def _of_race(race: Race) -> Run:
    return Run(heading(race.name, race.provider), lambda directory: [run_race(race, directory)])


CASES = (*KILLS, *RANDOM_KILLS, *EDITED, *STATES, *DAYS, *REFUSALS, *OPEN)


def _native(case: Case) -> Case:
    native = replace(case, provider="native")
    if case.name in CLOSED_NATIVELY:
        return replace(native, group=CLOSED, leaves=CLEAN, remedy=(), quick=True)
    return native


NATIVE_CASES = (*map(_native, CASES), *TRACES)
NATIVE_RACES = tuple(replace(race, provider="native") for race in RACES)

MATRIX = (
    Run("every fault of a quick service", run_every_fault),
    Run("every fault of a slow service", partial(run_every_fault, slow=True)),
    *map(_of_case, (*KILLS, *RANDOM_KILLS, *EDITED)),
    *map(_of_race, RACES),
    *map(_of_case, (*STATES, *DAYS, *REFUSALS, *OPEN)),
    Run(
        "every fault of a slow service, native resource",
        partial(run_every_fault, slow=True, provider="native"),
    ),
    *map(_of_case, NATIVE_CASES),
    *map(_of_race, NATIVE_RACES),
)
