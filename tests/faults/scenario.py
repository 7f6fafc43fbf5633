"""A scenario: what happens to a stack, and the expected result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from faults.differences import NONE, Differences
from faults.pipeline import Pipeline
from faults.report import Row, heading
from faults.steps import Step
from pulumi_stack import ProviderKind
from trtc_recorder.tasks.store import START_FAILED
from trtc_recorder.testing import local_settings, running_service


@dataclass(frozen=True)
class Scenario:
    """`tasks`: how many tasks must have been started in all after `steps`.

    `group`, `name` and `variant`: as in the report. `leaves`: the differences then; where there are
    any, `remedy` must remove them. `visible_after`: the service's option. `quick`: the tests run
    it, too. `provider`: the resource that the program declares.
    """

    steps: tuple[Step, ...]
    tasks: int
    group: str = ""
    name: str = ""
    variant: str = ""
    leaves: Differences = NONE
    remedy: tuple[Step, ...] = ()
    visible_after: float = 0
    quick: bool = False
    provider: ProviderKind = "dynamic"

    def __str__(self) -> str:
        return ", ".join(part for part in (self.title, self.name, self.variant) if part)

    @property
    def title(self) -> str:
        """The group's heading in the report."""
        return heading(self.group, self.provider)


def scenarios(group: str, by_name: Mapping[str, Scenario]) -> tuple[Scenario, ...]:
    return tuple(replace(each, group=group, name=name) for name, each in by_name.items())


def run_scenario(scenario: Scenario, directory: Path) -> Row:
    settings = local_settings(visible_after=scenario.visible_after)
    with (
        running_service(settings) as recorder,
        Pipeline(directory, recorder, provider=scenario.provider) as pipeline,
    ):
        wrong = _run(scenario.steps, pipeline)
        injected, differences = pipeline.injected, pipeline.differences()
        wrong += _unexpected(scenario, pipeline, differences)
        after = None
        if scenario.remedy:
            wrong += _run(scenario.remedy, pipeline)
            after = pipeline.differences()
            wrong += [f"the remedy leaves {after}"] * (after != NONE)
        title, name, variant = scenario.title, scenario.name, scenario.variant
        return Row(title, name, variant, injected, differences, "; ".join(wrong), after)


def _run(steps: tuple[Step, ...], pipeline: Pipeline) -> list[str]:
    try:
        for step in steps:
            step(pipeline)
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]
    return []


def _unexpected(scenario: Scenario, pipeline: Pipeline, differences: Differences) -> list[str]:
    tasks = [t for t in pipeline.recorder.tasks() if t.end_reason != START_FAILED]
    found = {
        f"{differences} instead of {scenario.leaves}": differences != scenario.leaves,
        f"{len(tasks)} tasks were started instead of {scenario.tasks}": len(tasks)
        != scenario.tasks,
        "nothing was injected": not pipeline.injected,
    }
    return [text for text, holds in found.items() if holds]
