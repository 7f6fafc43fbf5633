"""Every failure of the service, on one stack: each strikes a recording of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from faults.differences import compare
from faults.failures import DESCRIBE, FAILURES, START, START_FAILURES, STOP, fault
from faults.pipeline import Pipeline
from faults.report import Row, heading
from pulumi_stack import ProviderKind
from trtc_recorder import FaultRule
from trtc_recorder.tasks.store import START_FAILED, Task
from trtc_recorder.testing import local_settings, running_service

TIMEOUT = 2
"""Seconds that the provider waits for a response here (`trtc:timeout`)."""

TIMES = {"HTTP 503": 3, "throttled": 4}
"""How often these strike; the others do so once."""


@dataclass(frozen=True)
class Failure:
    """Strikes requests whose RecordId begins with `recording` and a hyphen.

    `name`: the line of the report. `fails`: the command must fail.
    """

    recording: str
    name: str
    rules: tuple[FaultRule, ...]
    fails: bool = False

    @property
    def prefix(self) -> str:
        return f"{self.recording}-"


@dataclass(frozen=True)
class Phase:
    """A command with failures. `edits`: their recordings are edited before it."""

    name: str
    command: str
    failures: tuple[Failure, ...]
    edits: bool = False


_CUT_EXECUTED = fault(START, "cut, executed")
_BURNT = fault(START, "InternalError, burnt")
_DESCRIBE_DOWN = fault(DESCRIBE, "HTTP 503", times=3)
_NOISE = tuple(
    fault(None, what, seed=seed, probability=0.5, times=4)
    for seed, what in enumerate(("cut, executed", "HTTP 503", "not JSON, executed"), 1)
)
_BLIND = ("executed, then DescribeWebRecord is down", (_DESCRIBE_DOWN,))


def _one(action: str, name: str) -> tuple[str, tuple[FaultRule, ...]]:
    hang = {"seconds": TIMEOUT + 1} if name.startswith("hangs") else {}
    return name, (fault(action, name, times=TIMES.get(name, 1), **hang),)


def _phase(
    name: str,
    command: str,
    action: str,
    *more: tuple[str, tuple[FaultRule, ...]],
    edits: bool = False,
) -> Phase:
    """`name` also begins the names of the recordings."""
    failures = [_one(action, each) for each in FAILURES if each != "responds late"]
    failures += [("every second request fails, at random", _NOISE), *more]
    return Phase(
        f"{action} in {name}",
        command,
        tuple(
            Failure(f"{name}{n}", what, rules, fails="whole run" in what)
            for n, (what, rules) in enumerate(failures)
        ),
        edits,
    )


PHASES = (
    _phase(
        "up",
        "up",
        START,
        *(_one(START, n) for n in START_FAILURES if n not in ("no capacity, executed", "rejected")),
        ("InternalError, burnt, twice", (_BURNT, _BURNT.model_copy(update={"after": 1}))),
        ("no capacity for a whole run", (fault(START, "no capacity", times=None),)),
        ("cut, executed, then DescribeWebRecord is down", (_CUT_EXECUTED, _DESCRIBE_DOWN)),
    ),
    _phase("refresh", "refresh", DESCRIBE),
    _phase("replace", "up", STOP, _BLIND, edits=True),
    _phase("destroy", "destroy", STOP, _BLIND),
)


def run_every_failure(
    directory: Path, *, slow: bool = False, provider: ProviderKind = "dynamic"
) -> list[Row]:
    """Run all phases on one stack; return a row for each failure.

    A slow service shows tasks after 5 s and stops them after 2 s.
    """
    settings = local_settings(visible_after=5 if slow else 0, stop_delay=2 if slow else 0)
    with (
        running_service(settings) as recorder,
        Pipeline(directory, recorder, f"trtc:timeout: {TIMEOUT}", provider=provider) as pipeline,
    ):
        return [row for phase in PHASES for row in _run(phase, pipeline, slow)]


def _run(phase: Phase, pipeline: Pipeline, slow: bool) -> Iterable[Row]:
    pipeline.stack.program(_program(phase))
    for failure in phase.failures:
        only = {"record_id_prefix": failure.prefix}
        pipeline.recorder.inject(*(rule.model_copy(update=only) for rule in failure.rules))
    ran = pipeline.run(phase.command)
    injected = dict.fromkeys((failure.prefix for failure in phase.failures), 0)
    for rule in pipeline.recorder.faults():
        injected[rule["record_id_prefix"]] += rule["struck"]
    pipeline.clear_faults()
    if ran.code != 0:
        pipeline.settle(phase.command)
    pipeline.await_quiet()
    tasks, state = pipeline.recorder.tasks(), pipeline.stack.task_ids()
    must_fail = any(failure.fails for failure in phase.failures)
    wrong = "" if (ran.code != 0) == must_fail else f"code {ran.code}: {ran.text}"
    for failure in phase.failures:
        struck, task_id = injected[failure.prefix], state.get(failure.recording)
        own = [task for task in tasks if (task.record_id or "").startswith(failure.prefix)]
        yield Row(
            heading(phase.name, pipeline.stack.provider),
            failure.name,
            "slow service" if slow else "quick service",
            struck,
            compare(own, {task_id} if task_id else ()),
            "; ".join([wrong] * bool(wrong) + _unexpected(phase, struck, own, task_id)),
        )


def _unexpected(phase: Phase, struck: int, own: list[Task], task_id: str | None) -> list[str]:
    started = sum(task.end_reason != START_FAILED for task in own)
    wanted = 2 if phase.edits else 1
    found = {
        "nothing was injected": not struck,
        f"{started} tasks were started instead of {wanted}": started != wanted,
        "the state is not what is declared": bool(task_id) != (phase.command != "destroy"),
    }
    return [text for text, holds in found.items() if holds]


def _program(phase: Phase) -> str:
    """Every recording; edits of this phase and earlier ones raise `ready_timeout` from 5 to 10."""
    until_now = PHASES[: PHASES.index(phase) + 1]
    waits = {
        failure.recording: 10 if each.edits and each in until_now else 5
        for each in PHASES
        for failure in each.failures
    }
    return f"for name, wait in {waits!r}.items():\n    recording(name, ready_timeout=wait)\n"
