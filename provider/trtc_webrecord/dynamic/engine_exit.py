"""Ends the provider's process with its engine.

The SDK's process waits for an interrupt without end, and an engine that is killed sends none; after
an interrupt it waits for requests that are under way.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from contextlib import suppress

POLL = 1.0
"""Seconds between two looks for the engine, once stdin is closed."""


def end_with_the_engine() -> bool:
    """Have this process exit when its engine has; whether it is the SDK's provider process.

    The engine holds the other end of stdin, and listens at the address in the last argument. What
    is under way would be in no state any more: the next run finds it, as after any kill.
    """
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    host, _, port = sys.argv[-1].rpartition(":")
    if not spec or spec.name != "pulumi.dynamic.__main__" or not port.isdecimal():
        return False
    threading.Thread(target=_exit_after, args=(host, int(port)), daemon=True).start()
    return True


def _exit_after(host: str, port: int) -> None:
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    while _listens(host, port):
        time.sleep(POLL)
    os._exit(0)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=POLL).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True  # this proves nothing
    return True
