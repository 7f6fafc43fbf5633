"""`trtc-recorder start`, `stop` and `status`: the service in the background, one for a data folder.

A service holds a lock on its data folder. The kernel tells whose it is, so no process id can be
stale. Linux only.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from .settings import Settings

LOCK = "trtc-recorder.lock"
LOG = "trtc-recorder.log"

STOP_TIMEOUT, POLL = 60.0, 0.1
"""Seconds for recordings and uploads to finish before it is killed, and between two looks."""

FLOCK = "hhqqi"
"""The structure of fcntl(2): type, whence, start, length and process."""

LARGE = 2**20
"""Bytes of a log that `start` sets aside, in place of the one before; a task writes two lines."""

LAST_LINES = 5
"""Lines of the log that are shown if the service does not start."""


class Running(NamedTuple):
    """A service that runs. `process` is 0 if it is in another container."""

    process: int
    url: str


@contextmanager
def locked(settings: Settings, url: str) -> Iterator[None]:
    """Hold the data folder, for the service at `url`. Raises BlockingIOError if another does."""
    data = _folder(settings)
    data.mkdir(parents=True, exist_ok=True)
    with (data / LOCK).open("a") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(url)
        lock.flush()
        yield


def running(data: Path) -> Running | None:
    """Returns the service that holds the data folder."""
    try:
        with (data / LOCK).open() as lock:
            asked = struct.pack(FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
            kind, *_, process = struct.unpack(FLOCK, fcntl.fcntl(lock, fcntl.F_GETLK, asked))
            return None if kind == fcntl.F_UNLCK else Running(process, lock.read())
    except FileNotFoundError:
        return None


def start(settings: Settings, options: Sequence[str]) -> int:
    """Start the service with these options and wait until it listens; returns the exit code."""
    data = _folder(settings)
    if found := running(data):
        _say(f"trtc-recorder is running: {found.url}")
        return 0
    data.mkdir(parents=True, exist_ok=True)
    log = data / LOG
    if log.exists() and log.stat().st_size > LARGE:
        log.replace(f"{log}.1")
    with log.open("ab") as output:
        logged = output.tell()
        service = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "trtc_recorder", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        )
    assert service.stdout is not None  # noqa: S101
    try:
        said = service.stdout.readline().decode().strip()
    except BaseException:
        service.terminate()
        raise
    if said:
        _say(f"{said} (log: {log})")
        return 0
    last = log.read_bytes()[logged:].decode(errors="replace").splitlines()[-LAST_LINES:]
    sys.stderr.write("".join(f"{line}\n" for line in last))
    return service.wait() or 1


def stop(options: Sequence[str]) -> int:
    """End the service of a data folder and wait until it has; returns the exit code."""
    data = _data("stop", "End the service, once its recordings are finished.", options)
    found = running(data)
    if found is None:
        _say("trtc-recorder is not running")
        return 0
    if not found.process:
        sys.stderr.write("trtc-recorder runs in a container: stop that\n")
        return 1
    overdue = time.monotonic() + STOP_TIMEOUT
    with suppress(ProcessLookupError):
        os.kill(found.process, signal.SIGTERM)
        while running(data) == found:
            if time.monotonic() > overdue:
                os.kill(found.process, signal.SIGKILL)
            time.sleep(POLL)
    _say("trtc-recorder has stopped")
    return 0


def status(options: Sequence[str]) -> int:
    """Print where the service of a data folder listens; returns 0, or 1 if there is none."""
    found = running(_data("status", "Exits with 0 if the service runs, with 1 if not.", options))
    _say(f"trtc-recorder is running: {found.url}" if found else "trtc-recorder is not running")
    return 0 if found else 1


def _folder(settings: Settings) -> Path:
    assert settings.data is not None, "only a program keeps tasks in memory"  # noqa: S101
    return settings.data


def _data(command: str, description: str, options: Sequence[str]) -> Path:
    parser = argparse.ArgumentParser(prog=f"trtc-recorder {command}", description=description)
    default = os.environ.get("TRTC_RECORDER_DATA") or Settings.model_fields["data"].default
    parser.add_argument(
        "--data", type=Path, default=default, help="that of the service; default: %(default)s"
    )
    return Path(parser.parse_args(options).data)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
