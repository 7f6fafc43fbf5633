"""What happens to a pipeline, in steps; a scenario is a sequence of these."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faults.failures import DESCRIBE
from faults.pipeline import Pipeline
from pulumi_process import POLL, TIMEOUT, Target
from pulumi_stack import asked
from trtc_recorder import FaultRule
from trtc_webrecord.declaration.record_id import PERIOD
from waiting import until

Step = Callable[[Pipeline], None]
"""Raises AssertionError if the pipeline does not behave as expected."""


def declare(body: str) -> Step:
    """Edit the program; `body` as in `Stack.program`."""
    return lambda pipeline: pipeline.stack.program(body)


def settle(command: str = "up", *options: str) -> Step:
    """End all faults, and run a command until it succeeds."""

    def step(pipeline: Pipeline) -> None:
        pipeline.clear_faults()
        pipeline.settle(command, *options)

    return step


def once(command: str = "up", *, fails: bool = False, prints: str = "") -> Step:
    """Run a command once, with the faults that are injected; it must print `prints`."""

    def step(pipeline: Pipeline) -> None:
        ran = pipeline.run(command)
        assert (ran.code != 0) == fails, ran.text
        assert prints in ran.text, ran.text

    return step


def preview(pipeline: Pipeline) -> None:
    """Run `pulumi preview`, which must start and stop nothing."""
    pipeline.clear_faults()
    pipeline.await_quiet()
    pipeline.recorder.reset_calls()
    pipeline.stack.preview()
    assert asked(pipeline.recorder) <= {DESCRIBE}


def inject(*rules: FaultRule) -> Step:
    return lambda pipeline: pipeline.recorder.inject(*rules)


def service(method: str, *arguments: Any, **options: Any) -> Step:
    """Change the service by a method of `Recorder`."""

    def step(pipeline: Pipeline) -> None:
        getattr(pipeline.recorder, method)(*arguments, **options)
        pipeline.injected += 1

    return step


def environment(**variables: str) -> Step:
    return lambda pipeline: pipeline.stack.environment.update(variables)


def midnight(seconds: float) -> Step:
    """Advance the service's clock to `seconds` after the next 00:00 UTC."""

    def step(pipeline: Pipeline) -> None:
        recorder = pipeline.recorder
        recorder.advance(PERIOD - recorder.now() % PERIOD + seconds)
        pipeline.injected += 1

    return step


def end_tasks(pipeline: Pipeline) -> None:
    """End every live task by itself, 60 s later: a missing young task would not count as ended."""
    pipeline.recorder.advance(60)
    for task in pipeline.recorder.live_tasks():
        pipeline.recorder.end(task.task_id)
    pipeline.injected += 1


@dataclass(frozen=True)
class Moment:
    """When a running command is killed: when the last of `rules` first strikes.

    Without rules: when the provider has started. `delay`: so many seconds later.
    """

    name: str
    rules: tuple[FaultRule, ...] = ()
    delay: float = 0


@dataclass(frozen=True)
class Kill:
    """How a running command is killed."""

    name: str
    target: Target
    signal: signal.Signals
    twice: bool = False


def interrupt(moment: Moment, kill: Kill, command: str = "up", *options: str) -> Step:
    """Run a command, kill it on the way, and end the faults; held requests run on."""

    def step(pipeline: Pipeline) -> None:
        recorder = pipeline.recorder
        pipeline.clear_faults()
        injected = pipeline.injected
        recorder.inject(*moment.rules)
        run = pipeline.begin(command, *options)
        run.until((lambda: recorder.faults()[-1]["struck"]) if moment.rules else run.provider)
        time.sleep(moment.delay)
        run.send_signal(kill.target, kill.signal)
        if kill.twice:
            until(
                lambda: run.has_ended() or "received" in run.text, TIMEOUT, POLL, lambda: run.text
            )
            run.send_signal(kill.target, kill.signal)
        pipeline.clear_faults()
        pipeline.injected = injected + 1
        pipeline.runs.append(run.wait())

    return step
