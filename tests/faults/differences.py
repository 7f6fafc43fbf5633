"""The service's live tasks compared with the state, once a pipeline has settled."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from trtc_recorder.tasks.store import START_FAILED, Task


@dataclass(frozen=True)
class Differences:
    """Counts; all are zero if nothing is wrong.

    `missing`: TaskIds in the state that are not live. `orphans`: live tasks that are in no state.
    `duplicates`: starts that made a second task live for one version of a declaration.
    """

    missing: int = 0
    orphans: int = 0
    duplicates: int = 0

    def __add__(self, other: Differences) -> Differences:
        return Differences(
            self.missing + other.missing,
            self.orphans + other.orphans,
            self.duplicates + other.duplicates,
        )


NONE = Differences()


def compare(tasks: Iterable[Task], in_state: Iterable[str]) -> Differences:
    """Compare all tasks, live and ended, with the TaskIds in the state."""
    tasks = [task for task in tasks if task.end_reason != START_FAILED]
    live, state = {task.task_id for task in tasks if task.live}, set(in_state)
    return Differences(len(state - live), len(live - state), _duplicates(tasks))


def _duplicates(tasks: list[Task]) -> int:
    return sum(
        any(_version(other) == _version(task) and _lived_at(task, other) for other in tasks[:index])
        for index, task in enumerate(tasks)
    )


def _version(task: Task) -> tuple[str, str]:
    """The version of the declaration: name and request without the RecordId."""
    name = (task.record_id or "").rpartition("-")[0]
    request = {key: value for key, value in task.settings.items() if key != "RecordId"}
    return name, json.dumps(request, sort_keys=True)


def _lived_at(task: Task, other: Task) -> bool:
    return other.ended_at is None or other.ended_at > task.started_at
