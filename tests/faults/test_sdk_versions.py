"""The provider works the same with the oldest supported SDK and with the pinned one.

`sdk_patches.py` patches both: for more than the SDK's 4 threads, and for errors without tracebacks.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder, local_settings, running_service

PINNED = importlib.metadata.version("pulumi")
OLDEST = "3.259.0"
INSTALLED = Path(__file__).parents[2] / ".local" / "sdk"

SDK_THREADS = 4
"""Threads of the SDK's own server."""

TWELVE = """
import importlib.metadata
pulumi.export("sdk", importlib.metadata.version("pulumi"))
for number in range(12):
    recording(f"page-{number}")
"""


def installed(version: str) -> Path:
    """A directory with that version of the SDK, installed once, without its dependencies."""
    folder = INSTALLED / version
    if not folder.is_dir():
        INSTALLED.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=INSTALLED) as directory:
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
            fresh = Path(directory) / version
            subprocess.run([*command, "--target", fresh, f"pulumi=={version}"], check=True)
            if not folder.is_dir():
                fresh.rename(folder)
    return folder


def most_at_once(recorder: Recorder) -> int:
    """The highest number of starts in flight at once, each from when it ran to its response.

    The service held the responses.
    """
    responded = {call.task_id: call.time for call in recorder.calls("StartWebRecord")}
    spans = [(task.started_at, responded[task.task_id]) for task in recorder.tasks()]
    return max(sum(begun <= moment < ended for begun, ended in spans) for moment, _ in spans)


@pytest.mark.slow
@pytest.mark.parametrize("sdk", [PINNED, OLDEST])
def test_more_requests_than_the_sdk_has_threads_and_errors_without_tracebacks(
    sdk: str, tmp_path: Path
) -> None:
    with running_service(local_settings(visible_after=0)) as recorder:
        stack = Stack(tmp_path, recorder.endpoint)
        if sdk != PINNED:
            stack.environment["PYTHONPATH"] = str(installed(sdk))
        recorder.inject(action="StartWebRecord", what="error", code="FailedOperation.NotAbility")
        stack.program('recording("lobby")')
        output = stack.up(expect=1).text
        assert "recording 'lobby' (RecordId lobby-" in output
        assert "FailedOperation.NotAbility" in output
        assert "Traceback" not in output
        assert ("Exception calling application: recording 'lobby'" in output) == (sdk == OLDEST)

        recorder.reset()
        recorder.inject(action="StartWebRecord", what="hang", where="after", seconds=1, times=None)
        stack.program(TWELVE)
        assert re.search(rf"sdk +: +\W*{re.escape(sdk)}\b", stack.up().text)
        assert most_at_once(recorder) > SDK_THREADS
        recorder.clear_faults()
        assert "13 unchanged" in stack.up().text
        assert "13 unchanged" in stack.refresh().text
        assert len(live(recorder)) == 12
        assert live(recorder) == set(stack.task_ids().values())
        stack.destroy()
        assert live(recorder) == set()
