"""Which plugin the engine takes for the provider `trtc`, in the engine's own order."""

from __future__ import annotations

import os
import sysconfig
from importlib.metadata import version
from pathlib import Path

from ..environment_variables import PULUMI_IGNORE_AMBIENT_PLUGINS
from ..pulumi_cli.project import Project
from .result import Result, failed, ok, warning
from .tools import first_in, installed_plugins, output, search_path

PLUGIN = "pulumi-resource-trtc"
INSTALL = "Run `pulumi install`."


def plugin(project: Project | None) -> Result:
    """That of the folder which the project names, else the first on the PATH, else an installed
    one.
    """
    ours = Path(sysconfig.get_path("scripts")) / PLUGIN
    mine = version("pulumi-trtc-webrecord")
    package = project.package if project else None
    installed = _installed(package or f"trtc@{mine}")
    ignored = os.environ.get(PULUMI_IGNORE_AMBIENT_PLUGINS, "").lower() in ("1", "true")
    taken, whence = None if ignored else first_in(PLUGIN, search_path()), "from the PATH"
    if project and project.plugin:
        if (project.plugin / "PulumiPlugin.yaml").is_file():
            return _from_source(project.plugin, mine)
        taken, whence = project.plugin / PLUGIN, "by Pulumi.yaml"
        if not taken.exists():
            return _missing(project.plugin, f"Name {ours.parent} there, or install the package.")
    if taken is None and installed:
        return ok(f"the engine takes the installed plugin, {installed}")
    if taken is None and package:
        return warning(f"{package}, which Pulumi.yaml names, is not installed", INSTALL)
    if taken is None:
        return warning(
            f"the engine finds no {PLUGIN}: only Python's resource works",
            "Use `pulumi package add` with the folder `provider` of its repository.",
        )
    if ours.exists() and not taken.samefile(ours):
        theirs = output(str(taken), "--version") or "an unknown version"
        kind = warning if theirs == mine else failed
        return kind(
            f"the engine takes {taken} ({theirs}), {whence}, which hides {ours} ({mine})",
            f"Name {ours.parent} in Pulumi.yaml, or put it first on the PATH.",
        )
    hidden = f", which hides the installed {installed}" if installed else ""
    return ok(f"the engine takes {taken}, {whence}{hidden}")


def _from_source(folder: Path, mine: str) -> Result:
    program = folder / "venv/bin" / PLUGIN
    if not program.exists():
        return _missing(folder, INSTALL)
    theirs = output(str(program), "--version") or "an unknown version"
    if theirs == mine:
        return ok(f"the engine takes {folder}, by Pulumi.yaml")
    return warning(
        f"the engine takes {folder} ({theirs}), by Pulumi.yaml; this command is of {mine}",
        f"Run {program.with_name('trtc-webrecord')} doctor.",
    )


def _missing(folder: Path, remedy: str) -> Result:
    named = f"Pulumi.yaml names {folder} for the plugin trtc"
    return failed(f"{named}, and there is no {PLUGIN}", remedy)


def _installed(package: str) -> Path | None:
    """Where a package is in Pulumi's home: `NAME@VERSION`, or the address of a repository."""
    address, _, release = package.removeprefix("https://").partition("@")
    name = address.replace("/", "_").replace(".git", "")
    return next(
        (
            each
            for each in reversed(installed_plugins("resource-"))
            if each.name.replace(".git", "").startswith(f"resource-{name}-v{release.lstrip('v')}")
        ),
        None,
    )
