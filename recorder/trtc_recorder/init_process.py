"""Process 1 of a container without an init: it reaps orphans and forwards signals."""

from __future__ import annotations

import os
import signal
import sys

FORWARDED = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


def reap_orphans() -> None:
    """Return at once, unless this is process 1: then return in a child, with a session of its own.

    Process 1 itself reaps whatever ends, and exits with the child's code. The child cannot do that:
    it would take the exit codes of its own children from `subprocess` and asyncio.
    """
    if os.getpid() != 1:
        return
    child = os.fork()
    if not child:
        os.setsid()  # a terminal sends its signals to process 1 alone
        return
    for number in FORWARDED:
        signal.signal(number, lambda number, _: os.kill(child, number))
    ended = None
    while ended != child:
        ended, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)
