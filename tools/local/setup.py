"""Put the system's programs, the Python environment and the Pulumi engine in place, side by side.

Usage: `python tools/local/setup.py MAKE`, with the name of the make that runs it. A step that takes
more than a second ends with a line that says how long. Where one fails or an interrupt comes, the
others are ended, except that apt-get first finishes what it has begun. Exit code: that of the step
that failed; 128 + n: ended by signal n.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Step:
    """A command that begins once the step named `after` has ended."""

    name: str
    command: list[str]
    after: str | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    begun: float = field(default=0.0, init=False)

    def begin(self) -> None:
        self.begun = time.monotonic()
        # A session of its own, to end it with its children; make passes open files to make.
        self.process = subprocess.Popen(
            self.command, cwd=PROJECT, start_new_session=True, close_fds=False
        )

    def end(self) -> None:
        """End it and its children, and wait for that."""
        if self.process is None or self.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def steps(make: str) -> list[Step]:
    """What is put in place. Pulumi's SDK has the installer of the official release."""
    quiet = [make, "--silent", "--no-print-directory"]
    return [
        Step("the system's programs", ["tools/local/packages"]),
        Step("Pulumi's SDK", [*quiet, ".venv/.sdk"]),
        Step("the engine", [".venv/bin/python", "tools/pulumi/install.py"], after="Pulumi's SDK"),
        Step("the Python environment", [*quiet, ".venv/.installed"], after="Pulumi's SDK"),
    ]


def run(waiting: list[Step]) -> int:
    """Run the steps; return 0, or the exit code of the first that failed, with the others ended."""
    running: list[Step] = []
    done: set[str | None] = {None}
    try:
        while waiting or running:
            for step in [step for step in waiting if step.after in done]:
                waiting.remove(step)
                running.append(step)
                step.begin()
            for step in [
                step for step in running if step.process and step.process.poll() is not None
            ]:
                running.remove(step)
                done.add(step.name)
                if code := step.process.returncode if step.process else 0:
                    print(f"setup: {step.name} failed, the rest is ended", file=sys.stderr)
                    return code if code > 0 else 128 - code
                if (seconds := time.monotonic() - step.begun) > 1:
                    print(f"setup: {step.name}: {seconds:.0f} s", flush=True)
            time.sleep(0.02)
    finally:
        for step in running:
            step.end()
    return 0


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    sys.exit(run(steps(sys.argv[1])))
