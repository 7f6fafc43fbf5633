"""`python -m faults [PART OF A RUN'S NAME …]`: run the faults and kills, print their table.

Without parts, it runs all. Exit code 1 if a run did not end as expected.
"""

from __future__ import annotations

import sys
import time

from faults.report import Row, complaints, summary, table
from faults.runs import RUNS, Run
from scenario_runner import run_all

WORKERS = 3
"""Runs in parallel: much of a run is waiting."""


def describe(run: Run, rows: list[Row]) -> str:
    wrong = "; ".join(row.wrong for row in rows if row.wrong)
    return f"{'WRONG' if wrong else 'ok':5}  {run.name}{wrong and f': {wrong}'}"


def main(parts: list[str]) -> int:
    chosen = [run for run in RUNS if not parts or any(part in run.name for part in parts)]
    begun = time.monotonic()
    ended = run_all(chosen, lambda run, directory: run.rows(directory), describe, WORKERS)
    rows = [row for of_run in ended for row in of_run]
    total = summary(rows, time.monotonic() - begun)
    sys.stdout.write(f"{table(rows)}\n{complaints(rows)}\n{total}\n")
    return 1 if not rows or any(row.wrong for row in rows) else 0


sys.exit(main(sys.argv[1:]))
