"""The task that a command's arguments name, and the stack's recording that has it."""

from __future__ import annotations

import argparse

from ..declaration.declaration import declared_name
from ..declaration.task_reference import TaskReference
from ..recording.state import StackState
from ..recording.stored import Stored

NAMES = {"task_id": "TASK_ID", "sdk_app_id": "--sdk-app-id", "record_id": "--record-id"}


def add_task(parser: argparse.ArgumentParser) -> None:
    """Declare what names a task."""
    parser.add_argument(
        "task_id",
        nargs="?",
        metavar="TASK_ID",
        help="or the recording's name in the stack; after -- if it begins with -",
    )
    parser.add_argument("--sdk-app-id", type=int, metavar="N", help="its application")
    parser.add_argument("--record-id", metavar="R", help="its RecordId, with --sdk-app-id")


def named(arguments: argparse.Namespace) -> TaskReference | None:
    """The task; None if the arguments name none. Raises InvalidProperties."""
    given = {name: value for name in NAMES if (value := getattr(arguments, name)) is not None}
    return TaskReference.of(given, lambda name: NAMES.get(name, name)) if given else None


def by_name(task: TaskReference, state: StackState) -> TaskReference:
    """The task of the one recording of the stack that has this name; else the task as given."""
    same = [each.task_id for each in state.stored if declared_name(each.props) == task.task_id]
    return task.model_copy(update={"task_id": same[0]}) if len(same) == 1 else task


def recording_of(task: TaskReference, state: StackState) -> Stored | None:
    """The recording of the stack that has the TaskId or the RecordId."""

    def has_it(each: Stored) -> bool:
        if task.task_id:
            return each.task_id == task.task_id
        named_by = each.record_id, each.props.get("sdk_app_id")
        return named_by == (task.record_id, task.sdk_app_id)

    return next(filter(has_it, state.stored), None)
