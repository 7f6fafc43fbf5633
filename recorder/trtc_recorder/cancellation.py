"""Waits for the first of several asyncio tasks, and cancels tasks so that their end comes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

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


async def first(*steps: Coroutine[Any, Any, Result]) -> Result:
    """Returns the result of the first that ends; the others are cancelled."""
    tasks = [asyncio.ensure_future(step) for step in steps]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        await cancel(*tasks)
