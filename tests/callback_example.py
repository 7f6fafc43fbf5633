"""examples/callbacks, run as its README says."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from waiting import server

EXAMPLE = Path(__file__).parents[1] / "examples" / "callbacks"


@dataclass(frozen=True)
class Example:
    """The app, listening at `url`; `log` is what it wrote."""

    url: str
    log: Path

    def wait(self, seconds: float = 60, **task_ids: str) -> subprocess.CompletedProcess[str]:
        """Run wait.py to its end, with the stack's output `taskIds`."""
        return subprocess.run(
            [sys.executable, EXAMPLE / "wait.py", self.url],
            input=json.dumps(task_ids),
            env={**os.environ, "WAIT_SECONDS": str(seconds)},
            capture_output=True,
            text=True,
            timeout=seconds + 30,
        )


@contextmanager
def running_example(folder: Path, team_webhook: str, *keys: str) -> Iterator[Example]:
    """The app in a process of its own; it reads task-ids.json in `folder`."""
    log = folder / "app.log"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", "--app-dir", str(EXAMPLE), "app:app"]
        app = server(
            [*command, "--fd", str(listener.fileno())],
            lambda: "startup complete" in log.read_text(),
            log,
            cwd=folder,
            env={**os.environ, "TRTC_CALLBACK_KEYS": " ".join(keys), "TEAM_WEBHOOK": team_webhook},
            pass_fds=[listener.fileno()],
        )
        with app:
            listener.close()
            yield Example(f"http://127.0.0.1:{port}", log)
