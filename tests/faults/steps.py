"""What may happen to a pipeline, in steps; a case is a sequence of these."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from typing import Any, Protocol

from faults.pipeline import Pipeline
from pulumi_process import POLL, TIMEOUT, PulumiProcess, Target
from trtc_recorder.api.faults import FaultRule
from trtc_webrecord.declaration.record_id import PERIOD
from waiting import until


class Step(Protocol):
    """One step."""

    def act(self, pipeline: Pipeline) -> None:
        """Take the step. Raises AssertionError where the pipeline does not behave as expected."""


@dataclass(frozen=True)
class Declare:
    """Edit the program; `body` as in `Stack.program`."""

    body: str

    def act(self, pipeline: Pipeline) -> None:
        pipeline.stack.program(self.body)


@dataclass(frozen=True)
class Settle:
    """End all faults, and run a command until it succeeds."""

    command: str = "up"
    options: tuple[str, ...] = ()

    def act(self, pipeline: Pipeline) -> None:
        pipeline.clear_faults()
        pipeline.settle(self.command, *self.options)


@dataclass(frozen=True)
class Once:
    """Run a command once, with the faults that are injected.

    It must print `prints`, and fail or not as `fails` has it.
    """

    command: str = "up"
    fails: bool = False
    prints: str = ""

    def act(self, pipeline: Pipeline) -> None:
        ran = pipeline.run(self.command)
        assert (ran.code != 0) == self.fails, ran.text
        assert self.prints in ran.text, ran.text


@dataclass(frozen=True)
class Inject:
    """Inject faults by these rules."""

    rules: tuple[FaultRule, ...]

    def act(self, pipeline: Pipeline) -> None:
        pipeline.inject(*self.rules)


@dataclass(frozen=True)
class Service:
    """Change the service: `name` is a method of `Recorder`."""

    name: str
    arguments: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    def act(self, pipeline: Pipeline) -> None:
        getattr(pipeline.recorder, self.name)(*self.arguments, **dict(self.options))
        pipeline.injected += 1


@dataclass(frozen=True)
class Environment:
    """Give the pipeline other, temporary credentials."""

    secret_id: str
    secret_key: str
    token: str

    def act(self, pipeline: Pipeline) -> None:
        pipeline.stack.environment.update(
            TENCENTCLOUD_SECRET_ID=self.secret_id,
            TENCENTCLOUD_SECRET_KEY=self.secret_key,
            TENCENTCLOUD_TOKEN=self.token,
        )


@dataclass(frozen=True)
class Midnight:
    """Advance the service's clock to `seconds` after the next 00:00 UTC."""

    seconds: float

    def act(self, pipeline: Pipeline) -> None:
        recorder = pipeline.recorder
        recorder.advance(PERIOD - recorder.now() % PERIOD + self.seconds)
        pipeline.injected += 1


@dataclass(frozen=True)
class EndTasks:
    """End every live task by itself, 60 s later: a missing young task would not count as ended."""

    def act(self, pipeline: Pipeline) -> None:
        pipeline.recorder.advance(60)
        for task in pipeline.recorder.live_tasks():
            pipeline.recorder.end(task.task_id)
        pipeline.injected += 1


@dataclass(frozen=True)
class Backend:
    """Change the state: `name` is a method of `Pipeline`."""

    name: str

    def act(self, pipeline: Pipeline) -> None:
        getattr(pipeline, self.name)()
        pipeline.injected += self.name in ("lose_state", "restore_copy")


@dataclass(frozen=True)
class Moment:
    """When a running command is killed: when the last of `rules` first strikes.

    Without rules: when the provider has started. `later` adds random seconds.
    """

    name: str
    rules: tuple[FaultRule, ...] = ()
    later: float = 0


@dataclass(frozen=True)
class Blow:
    """How a running command is killed."""

    name: str
    target: Target
    signal: signal.Signals
    twice: bool = False


@dataclass(frozen=True)
class Interrupt:
    """Run a command, and kill it on the way."""

    moment: Moment
    blow: Blow
    command: str = "up"
    options: tuple[str, ...] = ()

    def act(self, pipeline: Pipeline) -> None:
        """Run the command, kill it, and end the faults; requests that are held run on."""
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

    def _strike(self, run: PulumiProcess) -> None:
        run.strike(self.blow.target, self.blow.signal)
        if self.blow.twice:
            until(
                lambda: run.has_ended() or "received" in run.text, TIMEOUT, POLL, lambda: run.text
            )
            run.strike(self.blow.target, self.blow.signal)
