"""Print the folder and the viewer URL of each recording of the stack `local`.

Usage: `pulumi stack output --stack local --json recordings | python local/landed.py`
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from trtc_recorder.capturing.programs import missing
from trtc_recorder.tasks.storage import Storage
from trtc_recorder.testing import Recorder

ENDPOINT = "http://127.0.0.1:8790"
DATA = Path(".local/recorder")
STARTED_WITHOUT = "none, as the service was started without recording: `make down`, then `make up`"


def main() -> None:
    """Print a few lines for each recording."""
    recordings: dict[str, dict[str, Any]] = json.load(sys.stdin)
    tasks = {task.task_id: task for task in Recorder(ENDPOINT).tasks()}
    for name, exported in recordings.items():
        task = tasks[exported["taskId"]]
        folder = Storage(DATA).recording(task).resolve()
        video = f"{folder}/" if folder.is_dir() else missing() or STARTED_WITHOUT
        print(f"{name}: {task.page}")
        print(f"  video:   {video}")
        print(f"  look at: {exported['viewer']}")


if __name__ == "__main__":
    main()
