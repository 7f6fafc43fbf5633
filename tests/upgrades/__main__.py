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

from pulumi_stack import ProviderKind, Stack
from trtc_recorder.testing import local_settings, running_service
from upgrades.states import PROGRAM, file_of, scrubbed

PROJECT = Path(__file__).parents[2]


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, check=True).stdout


def write(name: str, source: Path, provider: ProviderKind) -> None:
    with (
        running_service(local_settings(visible_after=0)) as recorder,
        tempfile.TemporaryDirectory() as directory,
    ):
        stack = Stack(Path(directory), recorder.endpoint, provider=provider)
        stack.environment["PYTHONPATH"] = str(source)
        stack.program(PROGRAM)
        stack.up()
        file = file_of(name, provider)
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
        source = Path(directory) / "provider"
        write(name, source, "dynamic")
        # Up to 0.1.0 the native provider was in `plugin`.
        if any((source / "trtc_webrecord" / each).exists() for each in ("native", "plugin")):
            write(name, source, "native")


if __name__ == "__main__":
    main(sys.argv[1])
