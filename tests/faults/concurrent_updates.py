"""Two pipelines with separate states and the same declaration, at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

from faults.differences import NONE, compare
from faults.failures import START, STOP, fault
from faults.pipeline import Pipeline
from faults.recovery import A, B
from faults.report import Row, heading
from faults.steps import Step, midnight, once
from pulumi_stack import ProviderKind
from trtc_recorder import FaultRule
from trtc_recorder.testing import local_settings, running_service

UP, DESTROY = once(), once("destroy")


@dataclass(frozen=True)
class Race:
    """Both pipelines take each step at the same time; the last one with the faults `rules`.

    `tasks`: how many tasks must have been started in all. `midnight`: the last step begins so many
    seconds after 00:00 UTC.
    """

    name: str
    steps: tuple[Step, ...]
    tasks: int
    rules: tuple[FaultRule, ...]
    visible_after: float = 0
    midnight: float | None = None
    quick: bool = False
    provider: ProviderKind = "dynamic"


HELD_START = (fault(START, "hang", seconds=4),)
LOST_STARTS = (fault(START, "cut, executed", times=2),)
LOST_STOPS = (fault(STOP, "cut, executed", times=2),)
SECOND = (A, UP, DESTROY, UP)
SLOW = ", tasks slow to show"

RACES = (
    Race("first up, the first start held for 4 s", (A, UP), 1, HELD_START, quick=True),
    Race(f"first up{SLOW}", (A, UP), 1, HELD_START, 5),
    Race("first up, responses lost", (A, UP), 1, LOST_STARTS),
    Race("changed declaration", (A, UP, B, UP), 2, HELD_START),
    Race("changed declaration, responses lost", (A, UP, B, UP), 2, LOST_STARTS + LOST_STOPS),
    Race("destroy", (A, UP, DESTROY), 1, LOST_STOPS),
    Race("second recording of a day", SECOND, 2, HELD_START),
    Race(f"second recording of a day{SLOW}", SECOND, 2, HELD_START, 5),
    Race("first up, while the day changes", (A, UP), 1, HELD_START, 5, midnight=-3),
    Race(f"fourth recording of a day{SLOW}", (A, *(UP, DESTROY) * 3, UP), 4, LOST_STARTS, 5),
)


def run_race(race: Race, directory: Path) -> Row:
    with ExitStack() as stack:
        settings = local_settings(visible_after=race.visible_after)
        recorder = stack.enter_context(running_service(settings))
        both = [
            stack.enter_context(Pipeline(directory / name, recorder, provider=race.provider))
            for name in ("one", "other")
        ]
        pool = stack.enter_context(ThreadPoolExecutor(2))
        wrong = ""
        try:
            for step in race.steps[:-1]:
                _at_once(pool, step, both)
            if race.midnight is not None:
                midnight(race.midnight)(both[0])
            recorder.inject(*race.rules)
            _at_once(pool, race.steps[-1], both)
        except (AssertionError, TimeoutExpired) as error:
            wrong = str(error)
        both[0].await_quiet()
        tasks = recorder.tasks()
        if len(tasks) != race.tasks:
            wrong += f"{len(tasks)} tasks were started instead of {race.tasks}"
        injected = sum(rule["struck"] for rule in recorder.faults())
        if not injected:
            wrong += "nothing was injected"
        states = [pipeline.stack.task_ids() for pipeline in both]
        if states[0] != states[1]:
            wrong += f"the states differ: {states}"
        task_ids = states[0].values()
        differences = compare(tasks, task_ids)
        if differences != NONE:
            wrong += str(differences)
        title = heading("Two pipelines at once", race.provider)
        return Row(title, race.name, "", injected, differences, wrong)


def _at_once(pool: ThreadPoolExecutor, step: Step, both: list[Pipeline]) -> None:
    for done in [pool.submit(step, pipeline) for pipeline in both]:
        done.result()
