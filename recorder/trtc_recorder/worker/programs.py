"""Finds the programs that recording needs, and how to install missing ones."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

CHROMIUM = "/usr/lib/chromium/chromium"
"""Debian's own binary; the `chromium` on its PATH is a script that changes the command line."""

WANTED = {
    "chromium": (
        "Chromium or Google Chrome",
        "chromium chromium-sandbox",
        (CHROMIUM, "chromium", "google-chrome", "chromium-browser"),
    ),
    "ffmpeg": ("ffmpeg", "ffmpeg", ("ffmpeg",)),
    "ffprobe": ("ffprobe", "ffmpeg", ("ffprobe",)),
    "xvfb": ("Xvfb", "xvfb", ("Xvfb",)),
    "pulseaudio": ("PulseAudio", "pulseaudio", ("pulseaudio",)),
    "setpriv": ("setpriv", "util-linux", ("setpriv",)),
}
"""Each program's display name, its Debian packages, and where to search for it, in order."""

LIBRARIES = {"libatomic.so.1": "libatomic1"}
"""The Debian packages of libraries that Playwright's driver takes from the system."""

PYTHON_PACKAGE = "playwright"


class ProgramsMissing(Exception):
    """A program that recording needs is missing; the message is one sentence."""


@dataclass(frozen=True)
class Programs:
    """The path of each program."""

    chromium: Path
    ffmpeg: Path
    ffprobe: Path
    xvfb: Path
    pulseaudio: Path
    setpriv: Path


def find() -> Programs:
    """Returns this machine's programs. Raises ProgramsMissing, listing all that are missing."""
    if sys.platform != "linux":
        raise ProgramsMissing("Pages are not recorded here: recording needs Linux.")
    found = {field.name: _path(field.name) for field in fields(Programs)}
    here = {name: path for name, path in found.items() if path is not None}
    absent = [name for name in found if name not in here]
    if absent or importlib.util.find_spec(PYTHON_PACKAGE) is None:
        raise ProgramsMissing(_sentence(absent))
    return Programs(**here)


def missing() -> str | None:
    """Returns what is missing and how to install it; None if nothing is."""
    try:
        find()
    except ProgramsMissing as error:
        return str(error)
    return None


def _path(program: str) -> Path | None:
    for candidate in WANTED[program][2]:
        if path := shutil.which(candidate):
            return Path(path)
    return None


def installing(packages: Sequence[str]) -> str | None:
    """Returns how to install Debian packages; None on a system without apt-get."""
    if not shutil.which("apt-get"):
        return None
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"run `{sudo}apt-get install --no-install-recommends {' '.join(packages)}`"


def listing(items: Sequence[str]) -> str:
    """Returns the items with commas, and `and` before the last."""
    return " and ".join([*([", ".join(items[:-1])] if items[1:] else []), items[-1]])


def _sentence(absent: list[str]) -> str:
    names, ways = [WANTED[name][0] for name in absent], []
    if absent:
        packages = list(dict.fromkeys(WANTED[name][1] for name in absent))
        ways.append(installing(packages) or "install them with this system's package manager")
    if importlib.util.find_spec(PYTHON_PACKAGE) is None:
        names.append(f"the Python package {PYTHON_PACKAGE}")
        ways.append("run `pip install 'trtc-recorder[capture]'`")
    verb = "are" if names[1:] else "is"
    return (
        f"Pages are not recorded here because {listing(names)} {verb} missing: {listing(ways)}, "
        "then restart the service."
    )
