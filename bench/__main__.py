"""`python -m bench [N …]`: compare this provider, a short one and the API's own limit.

Every request takes a round trip of 0.3 s and the service rejects more than 20 a second of an
action. Commands are run in turns, each with `pulumi`'s defaults; figures are medians.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from trtc_recorder.capturing.programs import missing
from trtc_recorder.testing import Recorder, running_command

from bench import cycles, recordings
from bench.contenders import SHORT, THIS, Contender
from bench.measure import Sample, import_seconds, sample, state_bytes

COUNTS = [1, 20, 200]
ROUND_TRIP = 0.3
"""Seconds."""

LIMIT = 20
"""Requests a second that the API accepts of one action."""

STEPS = ("create", "no-op", "no-op", "no-op", "refresh", "destroy")
ROUNDS = {1: 5, 20: 3}
ROUNDS_OF_MANY = 2
IMPORT_ROUNDS = 15

AGE = 60
"""Seconds that tasks age before they are read and stopped: Describe and Stop do not see tasks in
their first 5 s, and this provider waits for them."""

Samples = dict[tuple[str, Contender], list[Sample]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("counts", metavar="N", type=int, nargs="*", default=COUNTS)
    counts = parser.parse_args().counts
    print(_setting())
    with TemporaryDirectory() as scratch:
        directory = Path(scratch)
        with running_command(directory / "log", "--data", str(directory / "data")) as recorder:
            _commands(counts, directory, recorder)
            if counts == COUNTS:
                print(f"\n{cycles.table(cycles.measured(directory, recorder))}")
        _imports(directory)
        if counts == COUNTS:
            _recordings(directory)


def _setting() -> str:
    engine = subprocess.run(["pulumi", "version"], capture_output=True, text=True, check=True)
    cores = os.cpu_count() or 1
    return (
        f"Pulumi {engine.stdout.strip()}, SDK {version('pulumi')}, Python "
        f"{platform.python_version()}, {cores} cores, {4 * cores} operations in parallel, "
        f"round trip {ROUND_TRIP} s, limit {LIMIT} requests a second\n"
    )


def _commands(counts: list[int], directory: Path, recorder: Recorder) -> None:
    print(
        "| N | step | this, s | short, s | this ÷ short | N/20, s | this ÷ N/20 "
        "| requests | rejected |"
    )
    print("|--:|---|--:|--:|--:|--:|--:|--:|--:|")
    sizes = []
    for count in counts:
        samples: Samples = defaultdict(list)
        for turn in range(ROUNDS.get(count, ROUNDS_OF_MANY)):
            order = [THIS, SHORT] if turn % 2 == 0 else [SHORT, THIS]
            state = _round(samples, order, count, directory / f"{count}-{turn}", recorder)
        for step in dict.fromkeys(STEPS):
            print(_row(count, step, samples[step, THIS], samples[step, SHORT]), flush=True)
        sizes.append(_sizes(count, state, samples))
    print("\n| N | state, bytes for one: this | short | provider process, peak MB: this | short |")
    print("|--:|--:|--:|--:|--:|", *sizes, sep="\n")


def _round(
    samples: Samples, order: list[Contender], count: int, directory: Path, recorder: Recorder
) -> dict[Contender, float]:
    """Take every step once for each; return the bytes of state for a recording."""
    directory.mkdir()
    recorder.reset()
    recorder.inject(what="hang", seconds=ROUND_TRIP, times=None)
    stacks = {c: c.stack(directory / c.module, recorder.endpoint, count) for c in order}
    state: dict[Contender, float] = {}
    for step in STEPS:
        for contender, stack in stacks.items():
            command = {"refresh": stack.refresh, "destroy": stack.destroy}.get(step, stack.up)
            samples[step, contender].append(sample(command, stack, recorder))
        if step == "create":
            recorder.advance(AGE)
            state = {contender: state_bytes(stack) for contender, stack in stacks.items()}
    return state


def _row(count: int, step: str, ours: list[Sample], shorts: list[Sample]) -> str:
    this, short = (statistics.median(s.seconds for s in many) for many in (ours, shorts))
    limit = count / LIMIT if step != "no-op" else 0
    requests = statistics.mean(s.requests for s in ours)
    rejected = statistics.mean(s.rejected for s in ours)
    return (
        f"| {count} | {step} | {this:.1f} | {short:.1f} | {this / short:.2f} | {limit:g} "
        f"| {f'{this / limit:.2f}' if limit else '–'} | {requests:g} | {rejected:g} |"
    )


def _sizes(count: int, state: dict[Contender, float], samples: Samples) -> str:
    peaks = {
        contender: max(s.memory for (_, c), many in samples.items() if c == contender for s in many)
        for contender in (THIS, SHORT)
    }
    cells = [f"{state[c]:.0f}" for c in peaks] + [f"{kb / 1024:.0f}" for kb in peaks.values()]
    return f"| {count} | {' | '.join(cells)} |"


def _recordings(directory: Path) -> None:
    why = missing()
    print(f"\n{why or recordings.table(recordings.measured(directory))}")


def _imports(directory: Path) -> None:
    base = "import pulumi.dynamic"
    statements = [
        base,
        "from trtc_webrecord import WebRecording",
        "import trtc_webrecord.stack_config",
    ]
    taken = import_seconds(statements, directory, IMPORT_ROUNDS)
    print("\n| import | ms | over pulumi.dynamic |")
    print("|---|--:|--:|")
    for statement, seconds in taken.items():
        print(f"| `{statement}` | {seconds * 1000:.0f} | {seconds / taken[base]:.2f} |")


main()
