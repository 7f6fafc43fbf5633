"""Print where each recording of the stack `local` lands, and how to end it.

The report of the page comes first, so that the last lines are those that a person wants.

Usage: `pulumi stack output --stack local --json | python tools/local/summary.py`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from trtc_recorder import Task
from trtc_recorder.report import page_report
from trtc_recorder.report.page_report import PageReport
from trtc_recorder.report.text import lines
from trtc_recorder.tasks.storage import REPORT, Storage
from trtc_recorder.testing import Recorder
from trtc_recorder.worker.programs import missing

ENDPOINT = "http://127.0.0.1:8790"
DATA = Path(".local/recorder")
STARTED_WITHOUT = "none, as the service was started without recording: `make down`, then `make up`"

ENOUGH, TIMEOUT = 3.0, 8.0
"""Seconds of a page for its report, and to wait for them."""


def main() -> None:
    """Print some lines for each recording, and how to end them."""
    outputs: dict[str, dict[str, str]] = json.load(sys.stdin)
    tasks = {task.task_id: task for task in Recorder(ENDPOINT).tasks()}
    for name, task_id in outputs["taskIds"].items():
        task = tasks[task_id]
        if seen := _seen(task):
            print(f"The page of {name}:", *lines(seen), sep="\n  ")
        folder = Storage(DATA).recording(task).resolve()
        video = f"{folder}/" if folder.is_dir() else missing() or STARTED_WITHOUT
        print(f"{name}: {task.page}")
        print(f"  TaskId:  {task.task_id}")
        print(f"  video:   {video}")
        print(f"  look at: {outputs['viewer'][name]}")
    print("To stop recording and finish the file: make down")


def _seen(task: Task) -> PageReport | None:
    """The report of a task's page, once it is long enough; None if nothing is recorded."""
    file = Storage(DATA).working(task) / REPORT
    overdue = time.monotonic() + TIMEOUT
    while seen := page_report.read(file):
        enough = min(seen.seconds, seen.listened_seconds) >= ENOUGH
        if enough or seen.failure or not task.live or time.monotonic() > overdue:
            break
        time.sleep(0.2)
    return seen


if __name__ == "__main__":
    main()
