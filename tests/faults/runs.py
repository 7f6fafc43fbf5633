"""Every run of `make faults`, the longest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from faults.concurrent_updates import RACES, Race, run_race
from faults.kill_signals import KILLED, KILLED_AT_RANDOM
from faults.known_gaps import OPEN, PARTIAL_STATES
from faults.recovery import DAYS, EDITED, REJECTIONS, STATES
from faults.report import Row, heading
from faults.scenario import Scenario, run_scenario
from faults.service_failures import run_every_failure


@dataclass(frozen=True)
class Run:
    """A run in its own directory; `rows` returns its rows of the report."""

    name: str
    rows: Callable[[Path], list[Row]]


def _of_scenario(scenario: Scenario) -> Run:
    return Run(str(scenario), lambda directory: [run_scenario(scenario, directory)])


def _of_race(race: Race) -> Run:
    return Run(heading(race.name, race.provider), lambda directory: [run_race(race, directory)])


INTERRUPTED = (*KILLED, *KILLED_AT_RANDOM, *EDITED)
OTHERS = (*STATES, *DAYS, *REJECTIONS, *PARTIAL_STATES, *OPEN)
DYNAMIC = (*INTERRUPTED, *OTHERS)
NATIVE = tuple(replace(scenario, provider="native") for scenario in DYNAMIC)

RUNS = (
    Run("every failure of a quick service", run_every_failure),
    Run("every failure of a slow service", partial(run_every_failure, slow=True)),
    *map(_of_scenario, INTERRUPTED),
    *map(_of_race, RACES),
    *map(_of_scenario, OTHERS),
    Run(
        "every failure of a slow service, native resource",
        partial(run_every_failure, slow=True, provider="native"),
    ),
    *map(_of_scenario, NATIVE),
    *(_of_race(replace(race, provider="native")) for race in RACES),
)
