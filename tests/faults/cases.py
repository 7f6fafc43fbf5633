"""A case of the matrix, and the loop that runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

from faults.pipeline import Pipeline
from faults.steps import Step
from faults.table import Row, heading
from faults.verdict import CLEAN, Verdict
from pulumi_stack import ProviderKind
from trtc_recorder.tasks.store import START_FAILED
from trtc_recorder.testing import local_settings, running_service


@dataclass(frozen=True)
class Case:
    """What happens, and the expected result.

    `group`, `name` and `variant`: as in the table. `tasks`: how many tasks must have been started
    in all after `steps`. `leaves`: the verdict then; where it is not clean, `remedy` must make it
    clean. `visible_after`: the service's switch. `quick`: it runs with the test suite.
    `provider`: the resource that the program declares.
    """

    group: str
    name: str
    steps: tuple[Step, ...]
    tasks: int
    variant: str = ""
    leaves: Verdict = CLEAN
    remedy: tuple[Step, ...] = ()
    visible_after: float = 0
    quick: bool = False
    provider: ProviderKind = "dynamic"

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.name, self.variant) if part)

    @property
    def title(self) -> str:
        """The group's heading in the table."""
        return heading(self.group, self.provider)


def run_case(case: Case, directory: Path) -> Row:
    """Run a case on its own stack and service."""
    settings = local_settings(visible_after=case.visible_after)
    with (
        running_service(settings) as recorder,
        Pipeline(directory, recorder, provider=case.provider) as pipeline,
    ):
        wrong = _act(case.steps, pipeline)
        injected, verdict = pipeline.injected, pipeline.verdict()
        wrong += _not_as_expected(case, pipeline, verdict)
        after = None
        if case.remedy:
            wrong += _act(case.remedy, pipeline)
            after = pipeline.verdict()
            wrong += [f"the remedy leaves {after}"] * (after != CLEAN)
        return Row(case.title, case.name, case.variant, injected, verdict, "; ".join(wrong), after)


def _act(steps: tuple[Step, ...], pipeline: Pipeline) -> list[str]:
    try:
        for step in steps:
            step.act(pipeline)
    except (AssertionError, TimeoutExpired) as error:
        return [str(error)]
    return []


def _not_as_expected(case: Case, pipeline: Pipeline, verdict: Verdict) -> list[str]:
    tasks = [t for t in pipeline.recorder.tasks() if t.end_reason != START_FAILED]
    complaints = {
        f"{verdict} instead of {case.leaves}": verdict != case.leaves,
        f"{len(tasks)} tasks were started instead of {case.tasks}": len(tasks) != case.tasks,
        "nothing was injected": not pipeline.injected,
    }
    return [complaint for complaint, holds in complaints.items() if holds]
