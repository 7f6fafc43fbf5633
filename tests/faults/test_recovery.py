"""The quick part of `make faults`; `make test` runs the scenarios of GATE, `make slow` the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.concurrent_updates import RACES, Race, run_race
from faults.differences import NONE
from faults.known_gaps import STAYS_OPEN
from faults.report import complaints, table
from faults.runs import DYNAMIC, NATIVE, RUNS
from faults.scenario import Scenario, run_scenario
from faults.service_failures import PHASES, run_every_failure

QUICK = [
    *(each for each in DYNAMIC if each.quick),
    *[each for each in NATIVE if each.quick and each.group != STAYS_OPEN][::2],
]
GATE = (
    "Killed, then repeated, first up: start has run, no response yet, SIGINT twice",
    "Killed, and edited before it is repeated, first up, then edited",
    "Killed, then repeated, native resource, changed declaration: start has run, no response yet, "
    "SIGKILL of the provider",
)


def test_each_run_has_its_own_name() -> None:
    names = [run.name for run in RUNS]
    assert sorted(set(names)) == sorted(names)
    assert set(GATE) <= {*map(str, QUICK)}


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(each, id=str(each), marks=[pytest.mark.slow] * (str(each) not in GATE))
        for each in QUICK
    ],
)
def test_after_a_kill_or_a_loss_the_state_names_what_records(
    scenario: Scenario, tmp_path: Path
) -> None:
    row = run_scenario(scenario, tmp_path)
    assert row.wrong == ""
    assert (row.after_remedy or row.differences) == NONE


@pytest.mark.parametrize("race", [race for race in RACES if race.quick], ids=lambda r: r.name)
def test_two_pipelines_at_once_share_one_recording(race: Race, tmp_path: Path) -> None:
    row = run_race(race, tmp_path)
    assert (row.wrong, row.differences) == ("", NONE)


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_every_failure_of_the_service_leaves_what_the_state_names_and_nothing_else(
    tmp_path: Path, slow: bool
) -> None:
    rows = run_every_failure(tmp_path, slow=slow)
    assert len(rows) == sum(len(phase.failures) for phase in PHASES)
    assert complaints(rows) == "", table(rows)
    assert [row.name for row in rows if row.differences != NONE] == []
