"""A pipeline that deploys a stack: it runs commands, and repeats those that fail."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

from faults.differences import Differences, compare
from pulumi_process import TIMEOUT, PulumiProcess
from pulumi_stack import ProviderKind, Ran, Stack
from trtc_recorder.testing import RunningService
from waiting import until

REPEATS = 4
"""How often a pipeline runs a failing command before it gives up."""

LOCKED = "is currently locked"
TRUNCATED = "failed to load checkpoint: EOF"
"""A killed engine left an empty file of attributes beside the state, see docs/operations.md."""


class Pipeline:
    """One stack on one service. Leaving the context kills all its processes.

    Attributes: `recorder`, `stack`, `runs` (the commands that ended, oldest first), `injected`
    (how many faults have struck).
    """

    def __init__(
        self,
        directory: Path,
        recorder: RunningService,
        *config: str,
        provider: ProviderKind = "dynamic",
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.recorder = recorder
        self.stack = Stack(directory, recorder.endpoint, provider=provider)
        self.runs: list[Ran] = []
        self.injected = 0
        self._begun = ExitStack()
        with (directory / f"Pulumi.{self.stack.name}.yaml").open("a") as settings:
            settings.writelines(f"  {line}\n" for line in config)

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(self, *_: object) -> None:
        self._begun.close()

    def clear_faults(self) -> None:
        """End the faults, and count those that struck."""
        self.injected += sum(rule["struck"] for rule in self.recorder.faults())
        self.recorder.clear_faults()

    def begin(self, command: str, *options: str) -> PulumiProcess:
        """Start a command that will be killed."""
        run = PulumiProcess(self.stack, command, "--yes", "--skip-preview", *options)
        return self._begun.enter_context(run)

    def run(self, command: str, *options: str) -> Ran:
        """Run `up`, `destroy` or `refresh` once; it may fail."""
        ran = self.stack.run(command, "--yes", "--skip-preview", *options, expect=None)
        self.runs.append(ran)
        return ran

    def settle(self, command: str = "up", *options: str) -> None:
        """Run a command until it succeeds."""
        for _ in range(REPEATS):
            ran = self.run(command, *options)
            if LOCKED in ran.text:
                self.unlock()
                ran = self.run(command, *options)
            if TRUNCATED in ran.text:
                self.remove_truncated()
                ran = self.run(command, *options)
            if ran.code == 0:
                return
        raise AssertionError(f"{command} failed {REPEATS} times:\n{self.runs[-1].text}")

    def unlock(self) -> None:
        """Remove the lock that a killed run left on the stack."""
        self.stack.run("cancel", "--yes")

    def truncate(self) -> None:
        """Leave what an engine leaves that is killed while it saves the state."""
        for attributes in self._attributes():
            attributes.write_text("")
        self.injected += 1

    def remove_truncated(self) -> None:
        """Remove the empty files of attributes."""
        for attributes in self._attributes():
            if not attributes.stat().st_size:
                attributes.unlink()

    def _attributes(self) -> list[Path]:
        return [*(self.stack.directory / ".pulumi/stacks").rglob("*.json.attrs")]

    def keep_copy(self) -> None:
        self.stack.run("stack", "export", "--file", "copy.json")

    def restore_copy(self) -> None:
        self.stack.run("stack", "import", "--file", "copy.json")
        self.injected += 1

    def lose_state(self) -> None:
        """Delete the whole backend, and create a stack of the same name."""
        shutil.rmtree(self.stack.directory / ".pulumi")
        self.stack.run("stack", "init", self.stack.name)
        self.injected += 1

    def differences(self) -> Differences:
        """Compare live tasks with the state, once nothing is in flight any more."""
        self.await_quiet()
        return compare(self.recorder.tasks(), self.stack.task_ids().values())

    def await_quiet(self) -> None:
        """Wait until the service holds no request and every stop has taken effect."""
        until(lambda: not self.recorder.held_calls(), seconds=TIMEOUT)
        until(
            lambda: all(task.end_reason != "stopped" for task in self.recorder.live_tasks()),
            seconds=TIMEOUT,
        )
