"""The folder for sockets and the browser's profile of one recording."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PREFIX = "trtc-recorder-"

LONGEST = 40
"""Bytes of a path for temporary files. The path of Chromium's socket below it has 107 at most, that
of PulseAudio's no space."""


def new_runtime() -> Path:
    """Returns a new temporary folder; in /tmp if a socket's path would be too long."""
    folder = tempfile.gettempdir()
    fits = len(os.fsencode(folder)) <= LONGEST and " " not in folder
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder if fits else "/tmp"))  # noqa: S108
