"""Smoke test: both distributions in an environment of their own, in an empty project.

Nothing of the repository is used but the declaration in its README, and the engine on the PATH.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .commands import REPOSITORY, ReleaseError, run

README = REPOSITORY / "README.md"
PAGE = "https://example.com/lobby"
"""The page of the README's declarations; the smoke test records the service's own instead."""

KEPT = ("LANG", "TMPDIR", "PIP_", "SSL_", "UV_", "HTTPS_PROXY", "https_proxy")
RECORD_SECONDS = 3
RECORDER_SECONDS = 60
"""For the service to stop, and for a recording to begin and to finish its files."""


@dataclass(frozen=True)
class Result:
    """The result of a smoke test."""

    task_id: str
    files: list[Path]
    """The recording's files; empty where pages were not recorded."""
    doctor: str
    """What `trtc-webrecord doctor` printed before the start."""


def declaration() -> str:
    """The Python program in the README."""
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.M | re.S)
    (found,) = [block for block in blocks if PAGE in block]
    return str(found)


def smoke_test(program: Path, recorder: Path, folder: Path, record: Literal["on", "off"]) -> Result:
    """The README's program against the installed service: doctor, `pulumi up`, `pulumi destroy`.

    Args:
        program: The interpreter of an environment with the provider and pip.
        recorder: The interpreter of an environment with the service.
        folder: A new folder outside the repository.
        record: Whether the page is recorded.

    Raises: `ReleaseError`.
    """
    environment = environment_outside(folder)
    project = folder / "project"
    project.mkdir(parents=True)
    virtualenv = program.parents[1]
    runtime = f"runtime: {{name: python, options: {{virtualenv: '{virtualenv}'}}}}"
    (project / "Pulumi.yaml").write_text(f"name: lessons\n{runtime}\n")
    data = folder / "recordings"
    with service(recorder.with_name("trtc-recorder"), data, record, environment) as url:
        (project / "__main__.py").write_text(declaration().replace(PAGE, f"{url}/demo"))

        def pulumi(*words: str) -> str:
            return run(["pulumi", "--non-interactive", *words], project, environment)

        pulumi("stack", "init", "dev")
        pulumi("config", "set", "trtc:endpoint", url)
        doctor = run([program.with_name("trtc-webrecord"), "doctor"], project, environment)
        pulumi("up", "--yes")
        task_id = pulumi("stack", "output", "taskId").strip()
        if record == "on":
            _until(lambda: _get(f"{url}/recordings/{task_id}.json")["recording"]["bytes"])
            time.sleep(RECORD_SECONDS)
        pulumi("destroy", "--yes")
        if record == "off":
            return Result(task_id, [], doctor)
        files = _until(lambda: _get(f"{url}/control/tasks/{task_id}/files")["files"])
        paths = [path for file in files for path in data.rglob(file["name"])]
        return Result(task_id, paths, doctor)


def environment_outside(folder: Path) -> dict[str, str]:
    """An environment in which neither this Python environment nor this user's settings count."""
    own = str(Path(sys.prefix) / "bin")
    path = [each for each in os.environ["PATH"].split(os.pathsep) if each != own]
    return {
        **{name: value for name, value in os.environ.items() if name.startswith(KEPT)},
        "PATH": os.pathsep.join(path),
        "HOME": str(folder),
        "PULUMI_HOME": str(folder / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{folder}",
        "PULUMI_CONFIG_PASSPHRASE": "smoke-test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        **{
            f"{program}_SECRET_{part}": f"smoke-test-secret-{part.lower()}"
            for program in ("TENCENTCLOUD", "TRTC_RECORDER")
            for part in ("ID", "KEY")
        },
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


@contextmanager
def service(
    command: Path, data: Path, record: Literal["on", "off"], environment: dict[str, str]
) -> Iterator[str]:
    """The service's URL while it runs; it stops at the end, and finishes its files.

    Raises: `ReleaseError` if it does not start.
    """
    log = data.with_suffix(".log")
    options = ["--port", "0", "--data", str(data), "--capture", record, "--visible-after", "0"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [command, *options], env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout
        listening = process.stdout.readline()
        if "listening on " not in listening:
            raise ReleaseError(f"{command.name} did not start:\n{log.read_text()}")
        yield listening.split()[-1]
    finally:
        process.terminate()
        process.wait(RECORDER_SECONDS)
        if process.stdout:
            process.stdout.close()


def _get(url: str) -> Any:
    with urllib.request.urlopen(url) as response:
        return json.load(response)


def _until(look: Callable[[], Any]) -> Any:
    """The first true value. Raises: `ReleaseError` after RECORDER_SECONDS."""
    ends = time.monotonic() + RECORDER_SECONDS
    while time.monotonic() < ends:
        if found := look():
            return found
        time.sleep(0.2)
    raise ReleaseError(f"the recording did not get on within {RECORDER_SECONDS} s")
