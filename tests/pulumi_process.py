"""A running pulumi command with all its processes, to be killed at a chosen moment.

The engine starts a language host, the program and the provider, some of them in their own process
groups. All of them outlive the engine when it is killed. A run is therefore its own session: every
process of that session was started by that engine.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Literal

from pulumi_stack import ProviderKind, Ran, Stack
from waiting import until

TIMEOUT = 120
"""Seconds for each wait."""

POLL = 0.02
"""Seconds between two polls."""

SERVES: dict[ProviderKind, str] = {
    "dynamic": " -m pulumi.dynamic",
    "native": "/pulumi-resource-trtc",
}
"""In the command line of the process that serves the provider."""

Target = Literal["engine", "provider", "all"]


class PulumiProcess:
    """A running `pulumi ARGUMENTS` on a stack; leaving the context kills all its processes."""

    def __init__(self, stack: Stack, *arguments: str) -> None:
        self._serves = SERVES[stack.provider]
        self._output = stack.directory / f"run-{time.monotonic_ns()}.txt"
        with self._output.open("w") as output:
            self._engine = subprocess.Popen(
                ["pulumi", "--non-interactive", *arguments],
                cwd=stack.directory,
                env=stack.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> PulumiProcess:
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self._processes():
            _send(pid, signal.SIGKILL)
        self._engine.wait()

    @property
    def text(self) -> str:
        return self._output.read_text()

    def has_ended(self) -> bool:
        return self._engine.poll() is not None

    def provider(self) -> int | None:
        """The PID of the process that serves the provider; None until it has started."""
        for pid, command in self._processes().items():
            if self._serves in command:
                return pid
        return None

    def until(self, happened: Callable[[], object]) -> None:
        """Wait until `happened` is true; the test fails if the engine ends first."""
        until(lambda: self.has_ended() or happened(), TIMEOUT, POLL, lambda: self.text)
        assert happened(), f"the engine ended too early:\n{self.text}"

    def send_signal(self, target: Target, what: signal.Signals) -> None:
        """Send a signal to the engine, to the provider, or to every process of the run."""
        if target == "engine":
            self._engine.send_signal(what)
        elif target == "provider":
            provider = self.provider()
            assert provider is not None, self.text
            _send(provider, what)
        else:
            for pid in self._processes():
                _send(pid, what)

    def wait(self) -> Ran:
        return Ran(self._engine.wait(TIMEOUT), self.text)

    def _processes(self) -> dict[int, str]:
        """The command lines of the run's processes, the engine's first."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,args="], capture_output=True, text=True, check=True
        )
        processes = {}
        for line in listed.stdout.splitlines():
            pid, command = [*line.split(None, 1), ""][:2]
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if os.getsid(int(pid)) == self._engine.pid:
                    processes[int(pid)] = command
        return processes


def _send(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)
