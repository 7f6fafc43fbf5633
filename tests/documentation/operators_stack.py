"""A stack as an operator has it, in which the commands of a page are run."""

from __future__ import annotations

import signal
from pathlib import Path

from documentation.sessions import Session
from pulumi_process import PulumiProcess
from pulumi_stack import Stack, live, run_command
from stack_program import append, use_the_projects_program
from trtc_recorder.testing import RunningService

LOBBY = """  web-recordings:defaults:
    sdkAppId: 1600011111
    storageParams: {cloudStorage: {region: ap-singapore, bucket: lessons-1250000000}}
  web-recordings:recordings:
    lobby: {recordUrl: "https://example.com/lobby"}
"""


class OperatorsStack:
    """A stack `live` of this repository's program, and the service."""

    def __init__(self, directory: Path, recorder: RunningService) -> None:
        self.recorder = recorder
        self.directory = directory
        self.stack = use_the_projects_program(Stack(directory, recorder.endpoint, name="live"))

    def declare(self, config: str = LOBBY) -> None:
        """Declare recordings in the stack's config."""
        append(self.stack, config)

    def up(self) -> str:
        """Declare the lobby, record it, and return its TaskId."""
        self.declare()
        self.stack.up()
        return self.task()

    def task(self) -> str:
        return self.stack.task_ids()["lobby"]

    def live(self) -> set[str]:
        return live(self.recorder)

    def end(self, task_id: str) -> None:
        """End a task by itself, a minute after it has begun."""
        self.recorder.advance(60)
        self.recorder.end(task_id, "Goto url timeout")

    def kill_an_up(self) -> None:
        """Kill `pulumi up` and all that it has started, as soon as a task runs."""
        self.recorder.inject(action="StartWebRecord", where="after", what="hang", seconds=5)
        with PulumiProcess(self.stack, "up", "--yes", "--skip-preview") as up:
            up.until(self.recorder.held_calls)
            up.send_signal("all", signal.SIGKILL)
        self.recorder.clear_faults()

    def play(self, session: Session) -> str:
        """Run the commands of a block in order, each as the page shows it; their whole output."""
        outputs = []
        for command in session:
            words = ["bash", "-euo", "pipefail", "-c", command.text]
            ran = run_command(words, self.directory, self.stack.environment)
            told = f"$ {command.text}\n{ran.text}"
            assert (ran.code != 0) == command.fails, told
            assert command.missing(ran.text) is None, f"{command.missing(ran.text)!r}:\n{told}"
            outputs.append(told)
        return "\n".join(outputs)
