"""`python -m tools.bench [N …]`: compare both resources, a short provider and the API's own limit.

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
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi_stack import Stack
from trtc_recorder.testing import Recorder, running_command
from trtc_recorder.worker.programs import missing

from tools.bench import cycles, probed, recordings
from tools.bench.contenders import ALL, DYNAMIC, NATIVE, SHORT, Contender
from tools.bench.measure import Sample, import_seconds, sample, state_bytes

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

PARALLEL = 32
"""Operations at once: as many as the provider serves."""

Samples = dict[tuple[str, Contender], list[Sample]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="tools.bench", description=__doc__)
    parser.add_argument("counts", metavar="N", type=int, nargs="*", default=COUNTS)
    counts = parser.parse_args().counts
    print(_setting())
    with TemporaryDirectory() as scratch:
        directory = Path(scratch)
        with running_command(directory / "log", "--data", str(directory / "data")) as recorder:
            _commands(counts, directory, recorder)
            _in_parallel(max(counts), directory, recorder)
            print(f"\n{probed.table(max(counts), directory / 'probed', recorder, ROUND_TRIP)}")
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
    names = " | ".join(f"{contender.name}, s" for contender in ALL)
    print(
        f"| N | step | {names} | dynamic ÷ short | native ÷ short | N/20, s | dynamic ÷ N/20 "
        "| native ÷ N/20 | requests: dynamic | native | rejected |"
    )
    print("|--:|---|" + "--:|" * 11)
    sizes = []
    for count in counts:
        samples: Samples = defaultdict(list)
        for turn in range(ROUNDS.get(count, ROUNDS_OF_MANY)):
            order = [*ALL[turn % len(ALL) :], *ALL[: turn % len(ALL)]]
            state = _round(samples, order, count, directory / f"{count}-{turn}", recorder)
        for step in dict.fromkeys(STEPS):
            print(_row(count, step, samples), flush=True)
        sizes.append(_sizes(count, state, samples))
    print(f"\n| N | state, bytes for one: {_columns()} | provider process, peak MB: {_columns()} |")
    print("|--:|" + "--:|" * 2 * len(ALL), *sizes, sep="\n")


def _columns() -> str:
    return " | ".join(contender.name for contender in ALL)


def _round(
    samples: Samples, order: list[Contender], count: int, directory: Path, recorder: Recorder
) -> dict[Contender, float]:
    """Take every step once for each; return the bytes of state for a recording."""
    stacks = _stacks(order, count, directory, recorder)
    state: dict[Contender, float] = {}
    for step in STEPS:
        for contender, stack in stacks.items():
            command = {"refresh": stack.refresh, "destroy": stack.destroy}.get(step, stack.up)
            samples[step, contender].append(sample(command, stack, recorder))
        if step == "create":
            recorder.advance(AGE)
            state = {contender: state_bytes(stack) for contender, stack in stacks.items()}
    return state


def _stacks(
    contenders: Sequence[Contender], count: int, directory: Path, recorder: Recorder
) -> dict[Contender, Stack]:
    directory.mkdir()
    recorder.reset()
    recorder.inject(what="hang", seconds=ROUND_TRIP, times=None)
    return {
        each: each.stack(directory / each.name, recorder.endpoint, count) for each in contenders
    }


def _in_parallel(count: int, directory: Path, recorder: Recorder) -> None:
    """The same steps with more operations at once than Pulumi's default."""
    print(f"\n| N = {count}, --parallel {PARALLEL} | create, s | ÷ N/20 | destroy, s | ÷ N/20 |")
    print("|---|" + "--:|" * 4)
    options = ("--parallel", str(PARALLEL))
    for contender, stack in _stacks(
        (DYNAMIC, NATIVE), count, directory / "parallel", recorder
    ).items():
        taken = []
        for command in ("up", "destroy"):
            run = partial(stack.run, command, "--yes", "--skip-preview", *options)
            taken.append(sample(run, stack, recorder).seconds)
            recorder.advance(AGE)
        cells = " | ".join(f"{each:.1f} | {each / (count / LIMIT):.2f}" for each in taken)
        print(f"| {contender.name} | {cells} |", flush=True)


def _row(count: int, step: str, samples: Samples) -> str:
    seconds = {each: statistics.median(s.seconds for s in samples[step, each]) for each in ALL}
    limit = count / LIMIT if step != "no-op" else 0
    to_limit = [f"{seconds[each] / limit:.2f}" if limit else "–" for each in (DYNAMIC, NATIVE)]
    requests = [statistics.mean(s.requests for s in samples[step, e]) for e in (DYNAMIC, NATIVE)]
    rejected = statistics.mean(s.rejected for e in (DYNAMIC, NATIVE) for s in samples[step, e])
    cells = [
        *(f"{taken:.1f}" for taken in seconds.values()),
        *(f"{seconds[each] / seconds[SHORT]:.2f}" for each in (DYNAMIC, NATIVE)),
        f"{limit:g}",
        *to_limit,
        *(f"{number:g}" for number in requests),
        f"{rejected:g}",
    ]
    return f"| {count} | {step} | {' | '.join(cells)} |"


def _sizes(count: int, state: dict[Contender, float], samples: Samples) -> str:
    peaks = [
        max(s.memory for (_, c), many in samples.items() if c == contender for s in many)
        for contender in ALL
    ]
    cells = [f"{state[each]:.0f}" for each in ALL] + [f"{kb / 1024:.0f}" for kb in peaks]
    return f"| {count} | {' | '.join(cells)} |"


def _recordings(directory: Path) -> None:
    why = missing()
    print(f"\n{why or recordings.table(recordings.measured(directory))}")


def _imports(directory: Path) -> None:
    base = "import pulumi.dynamic"
    statements = [
        base,
        "from trtc_webrecord import WebRecording",
        "import trtc_webrecord.stack_program.config",
    ]
    taken = import_seconds(statements, directory, IMPORT_ROUNDS)
    print("\n| import | ms | over pulumi.dynamic |")
    print("|---|--:|--:|")
    for statement, seconds in taken.items():
        print(f"| `{statement}` | {seconds * 1000:.0f} | {seconds / taken[base]:.2f} |")


main()
