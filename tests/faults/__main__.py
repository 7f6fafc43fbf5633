"""`python -m faults [PART OF A RUN'S NAME …]`: run the faults and kills, print their table.

Exit code 1 if a run did not end as expected.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from faults.report import Row, complaints, summary, table
from faults.runs import RUNS, Run

SIDE_BY_SIDE = 3
"""Runs in parallel: much of a run is waiting."""


def log(text: str, where: TextIO) -> None:
    print(text, file=where, flush=True)


def main(parts: list[str]) -> int:
    """Run the runs whose name contains one of the parts; without parts, all."""
    chosen = [run for run in RUNS if not parts or any(part in run.name for part in parts)]
    begun = time.monotonic()
    with TemporaryDirectory() as directory, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:

        def ended(number: int, run: Run) -> list[Row]:
            rows = run.rows(Path(directory) / str(number))
            result = "WRONG" if any(row.wrong for row in rows) else "ok"
            log(f"{time.monotonic() - begun:5.0f} s  {result:5}  {run.name}", sys.stderr)
            return rows

        running = [pool.submit(ended, number, run) for number, run in enumerate(chosen)]
        try:
            rows = [row for each in running for row in each.result()]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    log(table(rows), sys.stdout)
    log(f"{complaints(rows)}\n{summary(rows, time.monotonic() - begun)}", sys.stdout)
    return 1 if not rows or any(row.wrong for row in rows) else 0


sys.exit(main(sys.argv[1:]))
