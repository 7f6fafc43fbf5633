"""Keep the states that a version writes: `make states REF=v0.1.0`.

The version's code runs on today's engine, SDK and local service.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from pulumi_stack import Door, Stack
from trtc_recorder.testing import local_settings, running_service
from upgrades.states import PROGRAM, file_of, scrubbed

PROJECT = Path(__file__).parents[2]


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, check=True).stdout


def write(name: str, provider: Path, door: Door) -> None:
    """Write the state of one door."""
    with (
        running_service(local_settings(visible_after=0)) as recorder,
        tempfile.TemporaryDirectory() as directory,
    ):
        stack = Stack(Path(directory), recorder.endpoint, door=door)
        stack.environment["PYTHONPATH"] = str(provider)
        stack.program(PROGRAM)
        stack.up()
        file = file_of(name, door)
        file.parent.mkdir(parents=True, exist_ok=True)
        exported = stack.run("stack", "export", snake_case=False).text
        file.write_text(scrubbed(exported, recorder.endpoint))


def main(ref: str) -> None:
    """Write the states of a tag, or of a commit under its date."""
    tagged = git("tag", "--list", ref).decode().strip()
    name = (
        tagged
        or git("log", "-1", "--date=format:%Y-%m-%d-%H%M", "--format=%cd-%h", ref).decode().strip()
    )
    with tempfile.TemporaryDirectory() as directory:
        with tarfile.open(fileobj=BytesIO(git("archive", ref, "provider"))) as archive:
            archive.extractall(directory, filter="data")
        provider = Path(directory) / "provider"
        write(name, provider, "dynamic")
        if (provider / "trtc_webrecord/plugin").exists():
            write(name, provider, "native")


if __name__ == "__main__":
    main(sys.argv[1])
