"""The folder for sockets and the browser's profile of one recording."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

PREFIX = "trtc-recorder-"

LONGEST = 40
"""Bytes of a path for temporary files. The path of Chromium's socket below it has 107 at most, that
of PulseAudio's no space."""

LAST_WRITES = 5.0
"""Seconds for which processes that are being ended may still write into the folder."""


def new_runtime() -> Path:
    """Returns a new temporary folder; in /tmp if a socket's path would be too long.

    Raises OSError with the cure as its `strerror`.
    """
    try:
        folder = tempfile.gettempdir()
        fits = len(os.fsencode(folder)) <= LONGEST and " " not in folder
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder if fits else "/tmp"))  # noqa: S108
    except OSError as error:
        why = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        raise OSError(
            error.errno,
            f"there is no folder for temporary files ({why}): set TMPDIR to one that can be "
            f"written to, with a path of at most {LONGEST} bytes and no space",
        ) from None


def remove_runtime(folder: Path) -> None:
    """Removes a temporary folder, again where a process that is being ended writes into it."""
    deadline = time.monotonic() + LAST_WRITES
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)
