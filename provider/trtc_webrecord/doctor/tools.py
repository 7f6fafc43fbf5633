"""The programs: Pulumi's command and SDK, and the language host."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from ..environment_variables import PATH, PULUMI_HOME
from .result import Result, failed, ok, warning

OLDEST = (3, 259)
"""The command's first version that the tests of this package ran with; the SDK's is in the
package's metadata."""

SECONDS = 10


def engine() -> Result:
    """Whether the command's version fits; the SDK's is named."""
    found = shutil.which("pulumi")
    if found is None:
        return failed("there is no `pulumi` on the PATH", "Install Pulumi, or correct the PATH.")
    said = output(found, "version")
    numbers = re.match(r"v(\d+)\.(\d+)\.", said)
    text = f"`pulumi` {said or 'of an unknown version'} ({found}), Python SDK {version('pulumi')}"
    if numbers is None:
        return warning(text, "Run `pulumi version` to see why it prints none.")
    if tuple(map(int, numbers.groups())) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return failed(f"{text}: older than {oldest}", f"Install Pulumi {oldest} or newer.")
    return ok(text)


def language_host(runtime: str) -> Result:
    """Whether the engine finds the host of the project's language, beside it or on the PATH."""
    name = f"pulumi-language-{runtime}"
    engine = shutil.which("pulumi")
    beside = [Path(engine).resolve().parent] if engine else []
    found = first_in(name, [*search_path(), *beside])
    plugins = installed_plugins(f"language-{runtime}-")
    if found or plugins:
        return ok(f"language host {found or plugins[-1]}")
    return failed(
        f"there is no {name}, neither on the PATH nor beside `pulumi`",
        "Install Pulumi whole; the host comes with it.",
    )


def search_path() -> list[Path]:
    return [Path(each) for each in os.environ.get(PATH, "").split(os.pathsep) if each]


def first_in(name: str, folders: Iterable[Path]) -> Path | None:
    found = shutil.which(name, path=os.pathsep.join(map(str, folders)))
    return Path(found) if found else None


def installed_plugins(prefix: str) -> list[Path]:
    home = Path(os.environ.get(PULUMI_HOME) or "~/.pulumi").expanduser()
    return sorted(each for each in (home / "plugins").glob(f"{prefix}*") if each.is_dir())


def output(*command: str) -> str:
    """The last line that a command prints; "" if it fails, or takes too long."""
    try:
        ran = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return ran.stdout.strip().rpartition("\n")[2] if ran.returncode == 0 else ""
