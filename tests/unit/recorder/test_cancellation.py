from __future__ import annotations

import asyncio
from contextlib import suppress

from trtc_recorder.cancellation import cancel


def test_a_task_that_swallows_a_cancellation_ends_too() -> None:
    async def swallows_one() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        await asyncio.sleep(60)

    async def run() -> None:
        task = asyncio.ensure_future(swallows_one())
        await asyncio.sleep(0)
        await asyncio.wait_for(cancel(task), 30)
        assert task.cancelled()

    asyncio.run(run())
