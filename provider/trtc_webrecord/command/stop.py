"""Stop a running task, of the stack or not, and wait until it is gone.

It asks first, unless --yes is given. Exit code 1: it was not stopped, because nobody said yes.
"""

from __future__ import annotations

import argparse
import sys

from ..errors import WebRecordError
from ..output import print_line
from ..recording.stored import Stored
from .asking import agreed
from .named_task import NAMES, add_task, by_name, named, recording_of
from .show import present
from .stack import Stack, add_stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_task(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_stack(parser)


def run(arguments: argparse.Namespace) -> int:
    """Stop the task; returns the exit code."""
    task = named(arguments)
    if task is None:
        task_id, *record_id = NAMES.values()
        raise WebRecordError(f"name the task: {task_id}, or {' and '.join(record_id)}")
    stack = Stack.read(arguments.stack)
    task = by_name(task, stack.state)
    stored = recording_of(task, stack.state)
    recordings = stack.recordings(stored)
    by_task_id = stored and stored.task_id == task.task_id
    if stored and by_task_id and present(recordings, stored).status == "ended":
        print_line(f"{stored} has ended. There is nothing to stop.", sys.stdout)
        return 0
    found = recordings.look_up(task)
    if stored and stored.task_id != found["task_id"]:
        stored = None
    what = f"TaskId {found['task_id']} (RecordId {found['record_id'] or 'none'})"
    whose = f"{stored.who} of this stack" if stored else "not of this stack"
    print_line(f"{what}, {whose}, is recording at {found['endpoint']}", sys.stdout)
    question = "Stop it? Its footage up to now is kept."
    if not arguments.yes and not agreed(question, "nothing was stopped"):
        print_line("It was not stopped, and goes on.", sys.stdout)
        return 1
    try:
        recordings.stop_task(found["task_id"])
    except KeyboardInterrupt:
        print_line(f"{what} may be stopped already, or go on: run the command again", sys.stderr)
        raise
    print_line(f"{what} is stopped and gone. {_what_follows(stored)}".rstrip(), sys.stdout)
    return 0


def _what_follows(stored: Stored | None) -> str:
    if stored is None:
        return ""
    if stored.restarts:
        return "The stack still declares it, with restart_policy `always`: `pulumi up` restarts it."
    return "The stack still declares it: `pulumi up` does not restart it, `pulumi destroy` works."
