"""Cancel asyncio tasks, so that waiting for their end always ends."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN = 0.5
"""Seconds for cancelled tasks to end."""


async def cancel(*tasks: asyncio.Future[Any]) -> None:
    """Cancel tasks until they have ended: `asyncio.wait_for` before Python 3.12 can swallow one
    cancellation, where what it waits for is done at the same moment.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN)
    for task in tasks:
        if not task.cancelled():
            task.exception()
