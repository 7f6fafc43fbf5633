"""Runs scenarios in parallel, and prints each as it ends: `make faults` and `make pages`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

Scenario = TypeVar("Scenario")
Result = TypeVar("Result")


def run_all(
    scenarios: Sequence[Scenario],
    run: Callable[[Scenario, Path], Result],
    describe: Callable[[Scenario, Result], str],
    workers: int,
) -> list[Result]:
    """Run each in a folder of its own, `workers` at once; the first exception cancels the rest."""
    begun = time.monotonic()
    with TemporaryDirectory() as directory, ThreadPoolExecutor(workers) as pool:

        def ended(number: int, scenario: Scenario) -> Result:
            result = run(scenario, Path(directory, str(number)))
            seconds = time.monotonic() - begun
            sys.stderr.write(f"{seconds:5.0f} s  {describe(scenario, result)}\n")
            return result

        running = [pool.submit(ended, number, each) for number, each in enumerate(scenarios)]
        try:
            return [future.result() for future in running]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
