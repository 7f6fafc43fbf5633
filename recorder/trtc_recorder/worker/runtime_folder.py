"""The folder for sockets and the browser's profile of one recording.

A process that uses it has it locked. Whoever makes one removes those that nobody has: their
processes were killed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "trtc-recorder-"

LONGEST = 40
"""Bytes of a path for temporary files. The path of Chromium's socket below it has 107 at most, that
of PulseAudio's no space."""

LAST_WRITES = 5.0
"""Seconds for which processes that are being ended may still write into the folder."""

NEW = 60.0
"""Seconds for which a folder may be without a lock, since its process is only just starting."""

_locks: dict[Path, int] = {}


def new_runtime() -> Path:
    """Returns a new temporary folder, locked; in /tmp if a socket's path would be too long.

    Raises OSError with the cure as its `strerror`.
    """
    try:
        folder = tempfile.gettempdir()
        fits = len(os.fsencode(folder)) <= LONGEST and " " not in folder
        parent = Path(folder if fits else "/tmp")  # noqa: S108
        _remove_abandoned(parent)
        made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock_runtime(made)
        return made
    except OSError as error:
        why = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        raise OSError(
            error.errno,
            f"there is no folder for temporary files ({why}): set TMPDIR to one that can be "
            f"written to, with a path of at most {LONGEST} bytes and no space",
        ) from None


def lock_runtime(folder: Path) -> None:
    """Lock a folder until this process removes it or ends. Raises OSError."""
    _locks[folder] = os.open(folder, os.O_RDONLY)
    fcntl.flock(_locks[folder], fcntl.LOCK_SH)


def remove_runtime(folder: Path) -> None:
    """Removes a temporary folder, again where a process that is being ended writes into it."""
    if folder in _locks:
        os.close(_locks.pop(folder))
    deadline = time.monotonic() + LAST_WRITES
    shutil.rmtree(folder, ignore_errors=True)
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # another user's, or removed by another process
            _remove_if_abandoned(folder)


def _remove_if_abandoned(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        found = os.fstat(lock)
        if found.st_uid == os.geteuid() and time.time() - found.st_mtime > NEW:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)
