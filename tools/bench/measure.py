"""Measures commands, the provider's memory, the state's size and imports."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pulumi_stack import Stack
from trtc_recorder.testing import Recorder

REJECTED = "RequestLimitExceeded"
SAMPLE_EVERY = 0.1
"""Seconds between two samples of the provider's memory."""


@dataclass(frozen=True)
class Sample:
    """One command: wall time (s), API requests, those over the rate limit, peak memory (kB)."""

    seconds: float
    requests: int
    rejected: int
    memory: int


def sample(command: Callable[[], object], stack: Stack, recorder: Recorder) -> Sample:
    """Run a command of a stack and measure it."""
    recorder.reset_calls()
    with peak_memory(stack.directory) as memory:
        begun = time.perf_counter()
        command()
        seconds = time.perf_counter() - begun
    outcomes = recorder.call_counts().values()
    requests = sum(sum(outcome.values()) for outcome in outcomes)
    rejected = sum(outcome.get(REJECTED, 0) for outcome in outcomes)
    return Sample(seconds, requests, rejected, max(memory))


@contextmanager
def peak_memory(directory: Path) -> Iterator[list[int]]:
    """Peaks (kB) of the process that serves the provider of the stack in `directory`.

    Read from /proc; [0] on systems that have none.
    """
    peaks, done = [0], threading.Event()

    def watch() -> None:
        provider: Path | None = None
        while not done.wait(SAMPLE_EVERY):
            provider = provider or _provider_of(directory)
            if provider:
                peaks.append(_peak(provider))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peaks
    finally:
        done.set()
        watcher.join()


def _provider_of(directory: Path) -> Path | None:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            if _serves(command) and (process / "cwd").samefile(directory):
                return process
        except OSError:  # it has ended, or is another user's
            continue
    return None


def _serves(command: list[bytes]) -> bool:
    native = any(word.endswith(b"/pulumi-resource-trtc") for word in command)
    return native or b"pulumi.dynamic" in command


def _peak(process: Path) -> int:
    try:
        status = (process / "status").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines())
    return next((int(words[1]) for words in lines if words[0] == "VmHWM:"), 0)


def state_bytes(stack: Stack) -> float:
    """Bytes of the state for a recording, as JSON without whitespace (mean)."""
    resources = json.loads(stack.export())["deployment"]["resources"]
    sizes = [
        len(json.dumps(resource, separators=(",", ":")))
        for resource in resources
        if resource["type"].startswith(("pulumi-python:", "trtc:"))
    ]
    return statistics.mean(sizes)


def import_seconds(statements: list[str], directory: Path, rounds: int) -> dict[str, float]:
    """The median time of each import in a fresh interpreter, taken in turns."""
    times: dict[str, list[float]] = {statement: [] for statement in statements}
    for _ in range(rounds):
        for statement in statements:
            timed = (
                f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
            )
            ran = subprocess.run(
                [sys.executable, "-c", timed], cwd=directory, capture_output=True, check=True
            )
            times[statement].append(float(ran.stdout))
    return {statement: statistics.median(taken) for statement, taken in times.items()}
