"""The programs: Pulumi's command and SDK, the language host, and the plugin of this package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from ..environment_variables import PATH, PULUMI_HOME, PULUMI_IGNORE_AMBIENT_PLUGINS
from .result import Result, failed, ok, warning

OLDEST = (3, 259)
"""The command's first version that the tests of this package ran with; the SDK's is in the
package's metadata."""

PLUGIN = "pulumi-resource-trtc"
SECONDS = 10


def engine() -> Result:
    """Whether the command's version fits; the SDK's is named."""
    found = shutil.which("pulumi")
    if found is None:
        return failed("there is no `pulumi` on the PATH", "Install Pulumi, or correct the PATH.")
    said = _output(found, "version")
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
    found = _first(name, [*_path(), *beside])
    plugins = list(_plugins(f"language-{runtime}-"))
    if found or plugins:
        return ok(f"language host {found or plugins[-1]}")
    return failed(
        f"there is no {name}, neither on the PATH nor beside `pulumi`",
        "Install Pulumi whole; the host comes with it.",
    )


def plugin(named: Path | None) -> Result:
    """Which plugin the engine takes: that of the folder which the project names, or else the first
    on the PATH, or else an installed one.
    """
    ours = Path(sysconfig.get_path("scripts")) / PLUGIN
    mine = version("pulumi-trtc-webrecord")
    installed = list(_plugins(f"resource-trtc-v{mine}"))
    ignored = os.environ.get(PULUMI_IGNORE_AMBIENT_PLUGINS, "").lower() in ("1", "true")
    taken, whence = None if ignored else _first(PLUGIN, _path()), "from the PATH"
    if named:
        taken, whence = named / PLUGIN, "by Pulumi.yaml"
        if not taken.exists():
            return failed(
                f"Pulumi.yaml names {named} for the plugin trtc, and there is no {PLUGIN}",
                f"Name {ours.parent} there, or install the package in that environment.",
            )
    if taken is None and installed:
        return ok(f"the engine takes the installed plugin, {installed[0]}")
    install = f'`pulumi plugin install resource trtc {mine} --file "{ours}"` installs it.'
    if taken is None:
        return warning(
            f"the engine finds no {PLUGIN}: only Python's resource works",
            f"Extend the PATH; or {install}",
        )
    if ours.exists() and not taken.samefile(ours):
        theirs = _output(str(taken), "--version") or "an unknown version"
        kind = warning if theirs == mine else failed
        return kind(
            f"the engine takes {taken} ({theirs}), {whence}, which hides {ours} ({mine})",
            f"Name {ours.parent} in Pulumi.yaml, or put it first on the PATH.",
        )
    hidden = f", which hides the installed {installed[0]}" if installed else ""
    return ok(f"the engine takes {taken}, {whence}{hidden}")


def _path() -> list[Path]:
    return [Path(each) for each in os.environ.get(PATH, "").split(os.pathsep) if each]


def _first(name: str, folders: Iterable[Path]) -> Path | None:
    found = shutil.which(name, path=os.pathsep.join(map(str, folders)))
    return Path(found) if found else None


def _plugins(prefix: str) -> Iterable[Path]:
    home = Path(os.environ.get(PULUMI_HOME) or "~/.pulumi").expanduser()
    return sorted(each for each in (home / "plugins").glob(f"{prefix}*") if each.is_dir())


def _output(*command: str) -> str:
    """The last line that a command prints; "" if it fails, or takes too long."""
    try:
        ran = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return ""
    return ran.stdout.strip().rpartition("\n")[2] if ran.returncode == 0 else ""
