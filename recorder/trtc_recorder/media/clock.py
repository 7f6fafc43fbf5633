"""Waits until the system's clock is set, or the system wakes from a sleep."""

from __future__ import annotations

import asyncio
import ctypes
import os
import time
from contextlib import suppress

SLIGHT = 0.2
"""Seconds by which a clock may be set without effect on a recording."""

FAR = 2**40
"""Unix time, in seconds, that is not reached."""

ABSOLUTE, CANCEL_ON_SET = 1, 2
"""Flags of timerfd_settime(2). `os.timerfd_settime` is new in Python 3.13."""

_libc = ctypes.CDLL(None, use_errno=True)


class _Timer(ctypes.Structure):
    _fields_ = [(name, ctypes.c_long) for name in ("every_s", "every_ns", "due_s", "due_ns")]


async def is_set(since: float) -> float:
    """Returns by how many seconds the clock was set, once it was by more than SLIGHT.

    `since` is what `ahead` was. A clock that is slewed, which is what NTP does most of the time, is
    not set. Raises OSError.
    """
    while abs(by := ahead() - since) <= SLIGHT:
        await _discontinuity()
    return by


def ahead() -> float:
    """Returns by how many seconds the clock is ahead of the one that nobody sets."""
    return time.time() - time.monotonic()


async def _discontinuity() -> None:
    loop = asyncio.get_running_loop()
    changed = asyncio.Event()
    timer = _libc.timerfd_create(time.CLOCK_REALTIME, os.O_NONBLOCK | os.O_CLOEXEC)
    due = _Timer(due_s=FAR)
    flags = ABSOLUTE | CANCEL_ON_SET
    if timer < 0 or _libc.timerfd_settime(timer, flags, ctypes.byref(due), None):
        raise OSError(ctypes.get_errno(), "timerfd")
    try:
        loop.add_reader(timer, changed.set)
        await changed.wait()
    finally:
        loop.remove_reader(timer)
        with suppress(OSError):
            os.close(timer)
