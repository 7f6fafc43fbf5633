"""A pipeline that deploys a stack: it acts by commands alone, and repeats what went wrong."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

from faults.engine_run import EngineRun, until
from faults.verdict import Verdict, judge, recorded_in_state
from pulumi_stack import Ran, Stack
from trtc_recorder.api.faults import FaultRule
from trtc_recorder.testing import RunningService

REPEATS = 4
"""How often a pipeline runs a command that fails before it gives up."""

LOCKED = "is currently locked"


class Pipeline:
    """One stack on one service. As a context manager it leaves no process behind.

    Attributes: `recorder`, `stack`, `runs` (the commands that ended, oldest first), `injected`
    (how many faults have struck).
    """

    def __init__(self, directory: Path, recorder: RunningService, *config: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.recorder = recorder
        self.stack = Stack(directory, recorder.endpoint)
        self.runs: list[Ran] = []
        self.injected = 0
        self._begun = ExitStack()
        with (directory / f"Pulumi.{self.stack.name}.yaml").open("a") as settings:
            settings.writelines(f"  {line}\n" for line in config)

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(self, *_: object) -> None:
        self._begun.close()

    def inject(self, *rules: FaultRule) -> None:
        """Let the service go wrong by these rules."""
        self.recorder.inject(*rules)

    def clear_faults(self) -> None:
        """Let the service work again, and count what went wrong."""
        self.injected += sum(rule["struck"] for rule in self.recorder.faults())
        self.recorder.clear_faults()

    def begin(self, command: str, *options: str) -> EngineRun:
        """Begin a command, to be struck on its way."""
        run = EngineRun(self.stack, command, "--yes", "--skip-preview", *options)
        return self._begun.enter_context(run)

    def run(self, command: str, *options: str) -> Ran:
        """Run `up`, `destroy` or `refresh` once, whatever comes of it."""
        ran = self.stack.run(command, "--yes", "--skip-preview", *options, expect=None)
        self.runs.append(ran)
        return ran

    def settle(self, command: str = "up", *options: str) -> None:
        """Run a command until it succeeds, as a pipeline does."""
        for _ in range(REPEATS):
            ran = self.run(command, *options)
            if LOCKED in ran.text:
                self.unlock()
                ran = self.run(command, *options)
            if ran.code == 0:
                return
        raise AssertionError(f"{command} failed {REPEATS} times:\n{self.runs[-1].text}")

    def unlock(self) -> None:
        """Take away the lock that a killed run left on the stack."""
        self.stack.run("cancel", "--yes")

    def keep_copy(self) -> None:
        """Keep a copy of the state."""
        self.stack.run("stack", "export", "--file", "copy.json")

    def restore_copy(self) -> None:
        """Put the copy in the state's place."""
        self.stack.run("stack", "import", "--file", "copy.json")

    def lose_state(self) -> None:
        """Delete the backend with all that it holds, and begin a stack of the same name."""
        shutil.rmtree(self.stack.directory / ".pulumi")
        self.stack.run("stack", "init", self.stack.name)

    def verdict(self) -> Verdict:
        """What records against what the state says, once nothing is under way any more."""
        self.await_quiet()
        return judge(self.recorder.tasks(), recorded_in_state(self.stack).values())

    def await_quiet(self) -> None:
        """Return once the service holds no call and no stop is yet to take effect."""
        until(lambda: not self.recorder.held_calls(), "a call is held for ever")
        until(
            lambda: all(task.end_reason != "stopped" for task in self.recorder.live_tasks()),
            "a stopped task goes on for ever",
        )
