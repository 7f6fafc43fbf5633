"""Waiting: for what is to happen, and for a server; a wait that fails says why."""

from __future__ import annotations

import asyncio
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS = 60.0
END_SECONDS = 5.0
"""For a server to end before it is killed."""

LINES = 20
"""Last lines of each log that are shown."""

Happened = Callable[[], object]


def until(
    happened: Happened,
    seconds: float = SECONDS,
    poll: float = 0.1,
    why: Callable[[], str] = lambda: "",
) -> None:
    """Return once `happened()` is true; fail after `seconds`, with what `why` returns."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, _overdue(happened, seconds, why())
        time.sleep(poll)


async def eventually(happened: Happened, seconds: float = 30, poll: float = 0.1) -> None:
    """`until` in a coroutine."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, _overdue(happened, seconds)
        await asyncio.sleep(poll)


@contextmanager
def server(
    command: Sequence[str | Path],
    answers: Happened,
    log: Path,
    *further_logs: Path,
    seconds: float = SECONDS,
    ending: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """A process, once `answers()` is true; it gets `ending` in the end.

    Its output is in `log`. Fails if it ends before it answers or is overdue, with its exit code and
    the last lines of the logs.
    """
    words = [str(word) for word in command]
    with log.open("ab") as output:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=env,
            pass_fds=pass_fds,
        )

    def state() -> str:
        code = process.poll()
        it = "it runs" if code is None else f"it ended with {code}"
        return "\n".join([f"{shlex.join(words)}: {it}", *map(_tail, (log, *further_logs))])

    try:
        until(lambda: process.poll() is not None or answers(), seconds, 0.02, state)
        assert answers(), f"the server did not come up: {state()}"
        yield process
    finally:
        process.send_signal(ending)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _overdue(happened: Happened, seconds: float, why: str = "") -> str:
    code = getattr(happened, "__code__", None)
    what = f"{code.co_filename}:{code.co_firstlineno}" if code else repr(happened)
    return f"not within {seconds:g} s: {what}\n{why}".rstrip()


def _tail(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").splitlines()[-LINES:]
    except OSError as error:
        return f"{log.name}: {error.strerror}"
    return "\n".join([f"{log.name}:", *lines])
