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

from fidelity.scenario import Case, Seen
from fidelity.scenarios import MATRIX

SIDE_BY_SIDE = 2
"""Recordings at once."""


def is_wrong(case: Case, seen: Seen) -> bool:
    return bool(seen.wrong) or seen.foreign > case.tolerated


def row(case: Case, seen: Seen) -> str:
    result = seen.wrong or ("FOREIGN" if is_wrong(case, seen) else "ok")
    return f"| {case.kind} | {case.name} | {seen.frames} | {seen.foreign} | {result} |"


def log(text: str, where: TextIO) -> None:
    print(text, file=where, flush=True)


def run(case: Case, folder: Path) -> Seen:
    begun = time.monotonic()
    try:
        seen = case.run(folder)
    except Exception as error:
        seen = Seen(0, 0, f"{type(error).__name__}: {error}".partition("\n")[0])
    log(f"{time.monotonic() - begun:5.0f} s  {row(case, seen)}", sys.stderr)
    return seen


def main(parts: list[str]) -> int:
    """Record the pages whose kind or name contains one of the parts; without parts, all."""
    chosen = [
        case
        for case in MATRIX
        if not parts or any(part in f"{case.kind} {case.name}" for part in parts)
    ]
    begun = time.monotonic()
    together, alone = [c for c in chosen if not c.alone], [c for c in chosen if c.alone]
    chosen = [*together, *alone]
    with TemporaryDirectory() as directory, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        folders = [Path(directory, str(number)) for number in range(len(chosen))]
        seen = list(pool.map(run, together, folders))
        seen += map(run, alone, folders[len(together) :])
    head = ["| kind | page | frames looked at | foreign frames | result |", "|---|---|--:|--:|---|"]
    log("\n".join([*head, *map(row, chosen, seen)]), sys.stdout)
    wrong = sum(map(is_wrong, chosen, seen))
    frames, foreign = sum(each.frames for each in seen), sum(each.foreign for each in seen)
    minutes = (time.monotonic() - begun) / 60
    log(
        f"\n{len(seen)} pages, {frames} frames looked at, {foreign} foreign, {wrong} wrong, "
        f"{minutes:.1f} min",
        sys.stdout,
    )
    return 1 if wrong or not seen else 0


sys.exit(main(sys.argv[1:]))
