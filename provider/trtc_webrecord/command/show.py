"""The status of the stack's recordings, or of one task that is running.

`since` is in UTC: when it started, or by when it had ended. `ends by` is the end that its
max_duration_limit sets. Exit code 1: one has ended otherwise than by that, or restarts by the next
`pulumi up`. 2: the status of one is not known, and standard error says why.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from ..api.pacing import WORKERS
from ..declaration.declaration import declared_name
from ..errors import InvalidProperties, WebRecordError
from ..output import print_line
from ..recording.ending import AS_PLANNED, stored_verdict
from ..recording.outcome import timestamp
from ..recording.recordings import Recordings
from ..recording.stored import UNKNOWN, Stored
from .named_task import add_task, by_name, named, recording_of
from .stack import Stack, add_stack

HEAD = ("name", "status", "since", "ends by", "files (with the TaskId)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_task(parser)
    add_stack(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the table, or what is known of one task; returns the exit code."""
    task = named(arguments)
    stack = Stack.read(arguments.stack)
    stored = stack.state.stored
    if task:
        task = by_name(task, stack.state)
        known = recording_of(task, stack.state)
        if known is None or known.task_id != task.task_id:
            found = stack.recordings(known).look_up(task)
            for name, value in found.items():
                print_line(f"{name:10} {value or ''}", sys.stdout)
            if found["task_id"] not in stack.state.task_ids:
                print_line("The stack does not have it.", sys.stdout)
            return 0
        stored = (known,)
    if not stored:
        print_line("no recordings in the state", sys.stdout)
        return 0
    runs = {each.provider: stack.recordings(each) for each in stored}
    with ThreadPoolExecutor(WORKERS) as workers:
        now = list(workers.map(lambda each: _present(runs[each.provider], each), stored))
    rows = [HEAD, *map(cells, now)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print_line("  ".join(map(str.ljust, row, widths)).rstrip(), sys.stdout)
    if any(each.status == UNKNOWN for each in now):
        return 2
    return int(any(_status(each) not in ("recording", AS_PLANNED) for each in now))


def _present(recordings: Recordings, stored: Stored) -> Stored:
    try:
        return present(recordings, stored)
    except WebRecordError as error:
        print_line(f"error: {error}", sys.stderr)
        return replace(stored, status=UNKNOWN)


def present(recordings: Recordings, stored: Stored) -> Stored:
    """The recording with its status now, asked of the service. Raises WebRecordError."""
    gone = "not running" if stored.status == UNKNOWN else "ended"
    read = recordings.refresh(stored.task_id, stored.props) or {**stored.props, "status": gone}
    modified = stored.modified if read["status"] == stored.status else timestamp(time.time())
    return replace(Stored.of(read.get("task_id") or stored.task_id, read), modified=modified)


def cells(stored: Stored) -> tuple[str, ...]:
    """The row of a recording; "-" for what is not known."""
    since = stored.started_at or "-"
    if stored.status == "ended":
        since = f"before {timestamp(stored.seen_ended)}" if stored.seen_ended else "-"
    try:
        end = timestamp(stored.latest_end) if stored.latest_end else "-"
    except InvalidProperties:
        end = "-"
    files = stored.props.get("file_prefix") or f"VOD, TaskId {stored.task_id}"
    return declared_name(stored.props), _status(stored), since, end, files


def _status(stored: Stored) -> str:
    return stored_verdict(stored) if stored.status == "ended" else stored.status or UNKNOWN
