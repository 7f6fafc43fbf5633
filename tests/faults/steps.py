"""What may happen to a pipeline, a step at a time; a case is a row of these."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from typing import Any, Protocol

from faults.engine_run import EngineRun, Target, until
from faults.pipeline import Pipeline
from trtc_recorder.api.faults import FaultRule


class Step(Protocol):
    """One thing that happens."""

    def act(self, pipeline: Pipeline) -> None:
        """Let it happen. Raises AssertionError where the pipeline then does what it must not."""


@dataclass(frozen=True)
class Declare:
    """The program is edited; `body` as in `Stack.program`."""

    body: str

    def act(self, pipeline: Pipeline) -> None:
        """Write the program."""
        pipeline.stack.program(self.body)


@dataclass(frozen=True)
class Settle:
    """The pipeline runs a command, again and again until it succeeds; all faults are over."""

    command: str = "up"
    options: tuple[str, ...] = ()

    def act(self, pipeline: Pipeline) -> None:
        """Run the command."""
        pipeline.clear_faults()
        pipeline.settle(self.command, *self.options)


@dataclass(frozen=True)
class Once:
    """The pipeline runs a command once, under whatever faults are in force."""

    command: str = "up"
    fails: bool = False
    says: str = ""

    def act(self, pipeline: Pipeline) -> None:
        """Run the command."""
        ran = pipeline.run(self.command)
        assert (ran.code != 0) == self.fails, ran.text
        assert self.says in ran.text, ran.text


@dataclass(frozen=True)
class Inject:
    """The service goes wrong by these rules from now on."""

    rules: tuple[FaultRule, ...]

    def act(self, pipeline: Pipeline) -> None:
        """Put the rules in force."""
        pipeline.inject(*self.rules)


@dataclass(frozen=True)
class Service:
    """Something happens at the service: `name` is a method of `Recorder`."""

    name: str
    arguments: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    def act(self, pipeline: Pipeline) -> None:
        """Call the control plane."""
        getattr(pipeline.recorder, self.name)(*self.arguments, **dict(self.options))
        pipeline.injected += 1


@dataclass(frozen=True)
class Environment:
    """The pipeline is given other, temporary credentials."""

    secret_id: str
    secret_key: str
    token: str

    def act(self, pipeline: Pipeline) -> None:
        """Put them into the environment of the commands."""
        pipeline.stack.environment.update(
            TENCENTCLOUD_SECRET_ID=self.secret_id,
            TENCENTCLOUD_SECRET_KEY=self.secret_key,
            TENCENTCLOUD_TOKEN=self.token,
        )


@dataclass(frozen=True)
class EndTasks:
    """Every live task ends by itself, once it is old enough to be believed gone."""

    def act(self, pipeline: Pipeline) -> None:
        """End them."""
        pipeline.recorder.advance(60)
        for task in pipeline.recorder.live_tasks():
            pipeline.recorder.end(task.task_id)
        pipeline.injected += 1


@dataclass(frozen=True)
class Backend:
    """Something happens to the state: `name` is a method of `Pipeline`."""

    name: str

    def act(self, pipeline: Pipeline) -> None:
        """Do it to the state."""
        getattr(pipeline, self.name)()
        pipeline.injected += self.name in ("lose_state", "restore_copy")


@dataclass(frozen=True)
class Moment:
    """When a running command is struck: at the first strike of the last of `rules`.

    Without rules it is when the provider is up. `later` adds seconds that chance picked.
    """

    name: str
    rules: tuple[FaultRule, ...] = ()
    later: float = 0


@dataclass(frozen=True)
class Blow:
    """How a running command is struck."""

    name: str
    target: Target
    signal: signal.Signals
    twice: bool = False


@dataclass(frozen=True)
class Interrupt:
    """The pipeline runs a command, and something strikes it on the way."""

    moment: Moment
    blow: Blow
    command: str = "up"
    options: tuple[str, ...] = ()

    def act(self, pipeline: Pipeline) -> None:
        """Run the command, strike it, and end the faults; calls that are held run on."""
        recorder, moment = pipeline.recorder, self.moment
        pipeline.clear_faults()
        struck = pipeline.injected
        pipeline.inject(*moment.rules)
        run = pipeline.begin(self.command, *self.options)
        if moment.rules:
            run.until(lambda: recorder.faults()[-1]["struck"])
        else:
            run.until(run.provider)
        time.sleep(moment.later)
        self._strike(run)
        pipeline.clear_faults()
        pipeline.injected = struck + 1
        pipeline.runs.append(run.wait())

    def _strike(self, run: EngineRun) -> None:
        run.strike(self.blow.target, self.blow.signal)
        if self.blow.twice:
            until(lambda: run.has_ended() or "received" in run.text, run.text)
            run.strike(self.blow.target, self.blow.signal)
