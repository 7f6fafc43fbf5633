"""`python -m fidelity [PART OF A NAME …]`: record each page, print the table of what was seen.

The parts are of a page's kind or name; without parts, it records all. Exit code 1 if a recording
shows anything that is not its page.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from fidelity import browser_ui, frame_sizes, navigation, page_failures, page_types, pdf, sound
from fidelity.scenario import Result, Scenario
from scenario_runner import run_all

SCENARIOS = (
    *browser_ui.SCENARIOS,
    *frame_sizes.SCENARIOS,
    *page_failures.SCENARIOS,
    *navigation.SCENARIOS,
    *page_types.SCENARIOS,
    *pdf.SCENARIOS,
    *sound.SCENARIOS,
)

WORKERS = 2
"""Recordings at once."""


def is_wrong(scenario: Scenario, result: Result) -> bool:
    return bool(result.wrong) or result.foreign > scenario.tolerated


def row(scenario: Scenario, result: Result) -> str:
    text = result.wrong or ("FOREIGN" if is_wrong(scenario, result) else "ok")
    kind, name = scenario.kind, scenario.name
    return f"| {kind} | {name} | {result.frames} | {result.foreign} | {text} |"


def run(scenario: Scenario, folder: Path) -> Result:
    try:
        return scenario.run(folder)
    except Exception as error:
        return Result(wrong=f"{type(error).__name__}: {error}".partition("\n")[0])


def main(parts: list[str]) -> int:
    chosen = [
        each
        for each in SCENARIOS
        if not parts or any(part in f"{each.kind} {each.name}" for part in parts)
    ]
    begun = time.monotonic()
    together, alone = [s for s in chosen if not s.alone], [s for s in chosen if s.alone]
    results = run_all(together, run, row, WORKERS) + run_all(alone, run, row, 1)
    chosen = [*together, *alone]
    wrong = sum(map(is_wrong, chosen, results))
    frames, foreign = sum(it.frames for it in results), sum(it.foreign for it in results)
    head = ["| kind | page | frames examined | foreign frames | result |", "|---|---|--:|--:|---|"]
    total = (
        f"\n{len(results)} pages, {frames} frames examined, {foreign} foreign, {wrong} wrong, "
        f"{(time.monotonic() - begun) / 60:.1f} min\n"
    )
    sys.stdout.write("\n".join([*head, *map(row, chosen, results), total]))
    return 1 if wrong or not results else 0


sys.exit(main(sys.argv[1:]))
