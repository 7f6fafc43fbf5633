"""`python -m fidelity [PART OF A NAME …]`: record each page, print the table of what was seen.

Exit code 1 if a recording shows anything that is not its page.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from fidelity import browser_ui, frame_sizes, navigation, page_failures, page_types, sound
from fidelity.scenario import Result, Scenario

SCENARIOS = (
    *browser_ui.SCENARIOS,
    *frame_sizes.SCENARIOS,
    *page_failures.SCENARIOS,
    *navigation.SCENARIOS,
    *page_types.SCENARIOS,
    *sound.SCENARIOS,
)

SIDE_BY_SIDE = 2
"""Recordings at once."""


def is_wrong(scenario: Scenario, result: Result) -> bool:
    return bool(result.wrong) or result.foreign > scenario.tolerated


def row(scenario: Scenario, result: Result) -> str:
    text = result.wrong or ("FOREIGN" if is_wrong(scenario, result) else "ok")
    kind, name = scenario.kind, scenario.name
    return f"| {kind} | {name} | {result.frames} | {result.foreign} | {text} |"


def log(text: str, where: TextIO) -> None:
    print(text, file=where, flush=True)


def run(scenario: Scenario, folder: Path) -> Result:
    begun = time.monotonic()
    try:
        result = scenario.run(folder)
    except Exception as error:
        result = Result(wrong=f"{type(error).__name__}: {error}".partition("\n")[0])
    log(f"{time.monotonic() - begun:5.0f} s  {row(scenario, result)}", sys.stderr)
    return result


def main(parts: list[str]) -> int:
    """Record the pages whose kind or name contains one of the parts; without parts, all."""
    chosen = [
        each
        for each in sorted(SCENARIOS, key=lambda each: each.alone)
        if not parts or any(part in f"{each.kind} {each.name}" for part in parts)
    ]
    begun, together = time.monotonic(), sum(not each.alone for each in chosen)
    with TemporaryDirectory() as directory, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        folders = [Path(directory, str(number)) for number in range(len(chosen))]
        results = list(pool.map(run, chosen[:together], folders))
        results += map(run, chosen[together:], folders[together:])
    head = ["| kind | page | frames examined | foreign frames | result |", "|---|---|--:|--:|---|"]
    log("\n".join([*head, *map(row, chosen, results)]), sys.stdout)
    wrong = sum(map(is_wrong, chosen, results))
    frames, foreign = sum(it.frames for it in results), sum(it.foreign for it in results)
    log(
        f"\n{len(results)} pages, {frames} frames examined, {foreign} foreign, {wrong} wrong, "
        f"{(time.monotonic() - begun) / 60:.1f} min",
        sys.stdout,
    )
    return 1 if wrong or not results else 0


sys.exit(main(sys.argv[1:]))
