"""Child processes that are killed when their parent dies.

A lock taken with `locked` is inherited by them: it is free once all of them have ended.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

TIMEOUT = 3.0
"""Seconds for a child to end on its own before it is killed."""

LINES = 20
"""Last lines of a failed program's output that are logged."""

WITHHELD = ("TRTC_RECORDER_", "TENCENTCLOUD_", "PULUMI_", "RECORD_URL")
"""Prefixes of environment variables that no child gets."""

_locks: list[int] = []


class ProgramFailed(RuntimeError):
    """A program did not start. `output` is the end of what it wrote."""

    def __init__(self, reason: str, output: str = "") -> None:
        super().__init__(reason)
        self.output = output


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold the lock in this process and in every child that it starts."""
    file = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    _locks.append(file)
    try:
        yield
    finally:
        _locks.remove(file)
        os.close(file)


def wait_until_free(lock: Path) -> None:
    """Wait until no process holds the lock."""
    with lock.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def environment(runtime: Path) -> dict[str, str]:
    """Returns the environment of a recording's programs; all their files are in `runtime`."""
    folder = str(runtime)
    path = os.environ.get("PATH", os.defpath)
    return {"HOME": folder, "XDG_RUNTIME_DIR": folder, "TMPDIR": folder, "PATH": path}


def inherited(runtime: Path) -> dict[str, str]:
    """Returns this process's environment for a child in Python, with `runtime` as TMPDIR."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(WITHHELD)}
    return {**kept, "TMPDIR": str(runtime)}


def log_failure(own_log: Path, log: Path) -> str:
    """Append the last lines of a program that has failed, and return them."""
    last = ""
    with suppress(OSError), log.open("a") as lines:
        last = "\n".join(own_log.read_text(errors="replace").splitlines()[-LINES:])
        lines.write(f"{last}\n")
    return last


async def start(
    command: Iterable[str | Path],
    *,
    environment: Mapping[str, str],
    log: Path,
    pass_fds: Sequence[int] = (),
    folder: Path | None = None,
    stdout: int = DEVNULL,
) -> Process:
    """Start a program, in `folder`; the kernel kills it when this process dies.

    stdin is a pipe, stdout is discarded by default, stderr is appended to `log`. Raises OSError.
    """
    with log.open("ab") as stderr:
        return await asyncio.create_subprocess_exec(
            "setpriv",
            "--pdeathsig",
            "KILL",
            *(os.fspath(word) for word in command),
            env=dict(environment),
            cwd=folder,
            stdin=PIPE,
            stdout=stdout,
            stderr=stderr,
            pass_fds=[*pass_fds, *_locks],
        )


async def end(process: Process, politely: signal.Signals = signal.SIGTERM) -> None:
    """Send a signal to a child and wait for it; kill it after TIMEOUT."""
    if process.returncode is None:
        process.send_signal(politely)
        try:
            await asyncio.wait_for(process.wait(), TIMEOUT)
        except asyncio.TimeoutError:
            process.kill()
    await process.wait()
