"""The quick part of the matrix; `make faults` runs all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults.cases import Case, run_case
from faults.matrix import CASES, MATRIX, NATIVE_CASES
from faults.open_cases import STAYS_OPEN
from faults.races import RACES, Race, run_race
from faults.verdict import CLEAN

QUICK = [case for case in CASES if case.quick]
NATIVE = [case for case in NATIVE_CASES if case.quick and case.group != STAYS_OPEN][::2]


def test_each_run_of_the_matrix_has_its_own_name() -> None:
    names = [run.name for run in MATRIX]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("case", [*QUICK, *NATIVE], ids=str)
def test_after_a_kill_or_a_loss_the_state_names_what_records(case: Case, tmp_path: Path) -> None:
    row = run_case(case, tmp_path)
    assert row.wrong == ""
    assert (row.after_remedy or row.verdict) == CLEAN


@pytest.mark.parametrize("race", [race for race in RACES if race.quick], ids=lambda r: r.name)
def test_two_pipelines_at_once_share_one_recording(race: Race, tmp_path: Path) -> None:
    row = run_race(race, tmp_path)
    assert (row.wrong, row.verdict) == ("", CLEAN)
