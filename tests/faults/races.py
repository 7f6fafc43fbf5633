"""Two pipelines with separate states and the same declaration, at the same time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

from faults.histories import A, B
from faults.open_cases import STAYS_OPEN
from faults.pipeline import Pipeline
from faults.steps import Midnight, Once, Step
from faults.table import Row, heading
from faults.verdict import judge, recorded_in_state
from pulumi_stack import ProviderKind
from trtc_recorder.api.faults import FaultRule
from trtc_recorder.testing import local_settings, running_service

UP = Once()


@dataclass(frozen=True)
class Race:
    """Both pipelines take each step at the same time; the last one with the faults `rules`.

    `tasks`: how many tasks must have been started in all. `brief`: as many of them as a second
    recording may have been, for the seconds until its run stops it again. `midnight`: the last step
    begins so many seconds after 00:00 UTC.
    """

    name: str
    steps: tuple[Step, ...]
    tasks: int
    rules: tuple[FaultRule, ...] = ()
    visible_after: float = 0
    brief: int = 0
    midnight: float | None = None
    quick: bool = False
    provider: ProviderKind = "dynamic"


HELD_START = FaultRule(action="StartWebRecord", what="hang", seconds=4)
LOST_STARTS = FaultRule(action="StartWebRecord", what="cut", where="after", times=2)
LOST_STOPS = FaultRule(action="StopWebRecord", what="cut", where="after", times=2)

RACES = (
    Race("first up, the first start held for 4 s", (A, UP), 1, (HELD_START,), quick=True),
    Race("first up, tasks slow to show", (A, UP), 1, (HELD_START,), visible_after=5),
    Race("first up, responses lost", (A, UP), 1, (LOST_STARTS,)),
    Race("changed declaration", (A, UP, B, UP), 2, (HELD_START,)),
    Race("changed declaration, responses lost", (A, UP, B, UP), 2, (LOST_STARTS, LOST_STOPS)),
    Race("destroy", (A, UP, Once("destroy")), 1, (LOST_STOPS,)),
    Race("second recording of a day", (A, UP, Once("destroy"), UP), 2, (HELD_START,)),
    Race(
        "second recording of a day, tasks slow to show",
        (A, UP, Once("destroy"), UP),
        2,
        (HELD_START,),
        visible_after=5,
        brief=1,
    ),
    Race(
        "first up, while the day changes",
        (A, UP),
        1,
        (HELD_START,),
        visible_after=5,
        midnight=-3,
    ),
    Race(
        "fourth recording of a day, tasks slow to show",
        (A, *(UP, Once("destroy")) * 3, UP),
        4,
        (LOST_STARTS,),
        visible_after=5,
        brief=1,
    ),
)


def run_race(race: Race, directory: Path) -> Row:
    with ExitStack() as stack:
        recorder = stack.enter_context(
            running_service(local_settings(visible_after=race.visible_after))
        )
        both = [
            stack.enter_context(Pipeline(directory / name, recorder, provider=race.provider))
            for name in ("one", "other")
        ]
        pool = stack.enter_context(ThreadPoolExecutor(2))
        wrong = ""
        try:
            for number, step in enumerate(race.steps, 1):
                if number == len(race.steps):
                    if race.midnight is not None:
                        Midnight(race.midnight).act(both[0])
                    recorder.inject(*race.rules)
                _at_once(pool, step, both)
        except (AssertionError, TimeoutExpired) as error:
            wrong = str(error)
        both[0].await_quiet()
        tasks = recorder.tasks()
        if len(tasks) not in range(race.tasks, race.tasks + race.brief + 1):
            wrong += f"{len(tasks)} tasks were started instead of {race.tasks}"
        struck = sum(rule["struck"] for rule in recorder.faults())
        if not struck:
            wrong += "nothing was injected"
        states = [recorded_in_state(pipeline.stack) for pipeline in both]
        if states[0] != states[1]:
            wrong += f"the states differ: {states}"
        verdict = judge(tasks, states[0].values())
        if not race.brief:
            title = heading("Two pipelines at once", race.provider)
            return Row(title, race.name, "", struck, verdict, wrong)
        if verdict.duplicates > race.brief:
            wrong += f"{verdict} with at most {race.brief} duplicate"
        in_the_end = judge([task for task in tasks if task.live], states[0].values())
        name = f"two pipelines at once: {race.name}"
        return Row(heading(STAYS_OPEN, race.provider), name, "", struck, verdict, wrong, in_the_end)


def _at_once(pool: ThreadPoolExecutor, step: Step, both: list[Pipeline]) -> None:
    act: Callable[[Pipeline], None] = step.act
    for done in [pool.submit(act, pipeline) for pipeline in both]:
        done.result()
