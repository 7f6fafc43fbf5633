"""Reloads a page after an error, until a limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from .browser import Browser
from .page import PageError

PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds before each reload; the last is repeated."""

STEADY = 10.0
"""Seconds without an error after which a reloaded page's pauses and limit begin anew."""


class Reloader:
    """Reloads `url` after an error. `opening_timeout` and `limit` are those of CaptureOptions (s).

    `on_reload` is called with the reason before each reload.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        opening_timeout: float,
        limit: float,
        on_reload: Callable[[str], None],
    ) -> None:
        self._browser = browser
        self._url = url
        self._opening_timeout = opening_timeout
        self._limit = limit
        self._on_reload = on_reload
        self._reloads = 0
        self._failing_since: float | None = None

    async def run(self) -> str:
        """Reload the page after each error; return the reason once the limit is over."""
        while True:
            spare_tab = asyncio.ensure_future(self._browser.tabs.open_spare(self._browser.page))
            try:
                reason = await self._next_error()
            finally:
                spare_tab.cancel()
            while reason:
                if self._is_over():
                    return self._ended(reason)
                reason = await self._reload(reason)

    async def _next_error(self) -> str:
        error = asyncio.ensure_future(self._browser.page.wait_for_error())
        try:
            if self._failing_since is not None:
                await asyncio.wait([error], timeout=STEADY)
                if not error.done():
                    self._failing_since, self._reloads = None, 0
            reason = await error
        finally:
            error.cancel()
        if self._failing_since is None:
            self._failing_since = time.monotonic()
        return reason

    async def _reload(self, reason: str) -> str:
        """Reload it after a pause; return why it could not be opened, or nothing."""
        await asyncio.sleep(min(PAUSES[min(self._reloads, len(PAUSES) - 1)], self._left()))
        self._reloads += 1
        self._on_reload(reason)
        try:
            await self._browser.reload(self._url, self._opening_timeout)
        except PageError as error:
            return str(error)
        return ""

    def _left(self) -> float:
        since = self._failing_since or 0
        return max(0, since + self._limit - time.monotonic())

    def _is_over(self) -> bool:
        return self._left() == 0

    def _ended(self, reason: str) -> str:
        if not self._reloads:
            return reason
        return f"{reason}; still so after {self._limit:g} s and {self._reloads} reloads"
