"""`python -m tools.bench.growing [STACKSxRECORDINGS …]`: many recordings, in one or several stacks.

Stacks are updated at the same time, each by a process of its own with `--parallel 32`, on one
account of 20 requests a second. Each size is measured with a resource that calls nothing, which is
the engine's own cost; with recordings; and with recordings and no checkpoints.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pulumi_stack import Stack
from s3_backend import KEYS, s3_backend
from trtc_recorder.testing import Recorder, running_command

from tools.bench.contenders import PROGRAM, STORAGE
from tools.bench.measure import REJECTED

SIZES = ["1x125", "1x500", "4x500"]
ROUND_TRIP, LIMIT, AGE = 0.3, 20, 60
ONE_COMMAND = 420
"""Seconds after which a command is taken for stuck."""

COUNT = "COUNT"
RECORDINGS = PROGRAM.format(resource="WebRecording", storage=STORAGE, count=COUNT)
TRIVIAL = """
from trivial_provider import Trivial
for n in range(COUNT):
    Trivial(f"page-{n}")
"""
OPTIONS = ("--yes", "--skip-preview", "--suppress-outputs", "--parallel", "32")


@dataclass(frozen=True)
class Kind:
    """What is declared, with which environment; `s3`: in a bucket instead of files."""

    name: str
    program: str
    environment: Mapping[str, str]
    s3: bool = False


NOTHING = Kind("nothing is called", TRIVIAL, {})
RECORDED = Kind("recordings", RECORDINGS, {})
SKIPPED = Kind("recordings, no checkpoints", RECORDINGS, {"PULUMI_SKIP_CHECKPOINTS": "true"})
BUCKET = Kind("recordings, S3 backend", RECORDINGS, KEYS, s3=True)
KINDS = (NOTHING, RECORDED, SKIPPED)


def main() -> None:
    parser = argparse.ArgumentParser(prog="tools.bench.growing", description=__doc__)
    parser.add_argument("sizes", nargs="*", default=SIZES)
    sizes = [tuple(map(int, size.split("x"))) for size in parser.parse_args().sizes]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| stacks × recordings | what | step | s | engine, CPU s | N/20, s | rejected |")
    print("|---|---|---|--:|--:|--:|--:|")
    with TemporaryDirectory() as scratch:
        directory = Path(scratch)
        with running_command(directory / "log", "--data", str(directory / "data")) as recorder:
            for stacks, each in sizes:
                kinds = (*KINDS, BUCKET) if (stacks, each) == (1, 125) else KINDS
                for kind in kinds:
                    _row(kind, stacks, each, directory / f"{stacks}-{each}-{kind.name}", recorder)
    print(f"\nload {os.getloadavg()[0]:.1f}")


def _row(kind: Kind, count: int, each: int, directory: Path, recorder: Recorder) -> None:
    """Create in all stacks at once; those that record are destroyed too."""
    directory.mkdir()
    recorder.reset()
    recorder.inject(what="hang", seconds=ROUND_TRIP, times=None)
    with ExitStack() as ending:
        backend = ending.enter_context(s3_backend(directory / "s3.log")) if kind.s3 else None
        os.environ.update(kind.environment)
        stacks = [_stack(kind, directory, n, each, recorder, backend) for n in range(count)]
        for name in kind.environment:
            del os.environ[name]
        for step in ("up", "destroy") if kind is RECORDED else ("up",):
            recorder.reset_calls()
            begun = time.perf_counter()
            with ThreadPoolExecutor(count) as pool:
                engine = sum(pool.map(lambda stack, step=step: _run(stack, step), stacks))
            seconds = time.perf_counter() - begun
            rejected = sum(each.get(REJECTED, 0) for each in recorder.call_counts().values())
            least = "–" if kind is NOTHING else f"{count * each / LIMIT:g}"
            cells = f"{seconds:.0f} | {engine:.1f} | {least} | {rejected}"
            print(f"| {count} × {each} | {kind.name} | {step} | {cells} |", flush=True)
            recorder.advance(AGE)


def _stack(
    kind: Kind, directory: Path, n: int, each: int, recorder: Recorder, backend: str | None
) -> Stack:
    folder = directory / str(n)
    folder.mkdir()
    stack = Stack(folder, recorder.endpoint, f"event-{n}", backend=backend)
    stack.program(kind.program.replace(COUNT, str(each)))
    shutil.copy(Path(__file__).with_name("trivial_provider.py"), folder)
    return stack


def _run(stack: Stack, step: str) -> float:
    """Run a command; return the CPU seconds of the engine alone, without what it starts."""
    with subprocess.Popen(
        ["pulumi", "--non-interactive", step, *OPTIONS],
        cwd=stack.directory,
        env=stack.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        stuck = threading.Timer(ONE_COMMAND, process.kill)
        stuck.start()
        output = process.stdout.read() if process.stdout else ""
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        stuck.cancel()
        stat = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    if process.returncode:
        raise RuntimeError(f"pulumi {step} ended with {process.returncode}:\n{output[-2000:]}")
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
