"""The tabs of a page's browser: one that shows the page, and a spare one behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from playwright.async_api import BrowserContext, Error, Page

from .page import ShownPage

TIMEOUT = 10.0
"""Seconds for a spare tab to open."""

BLACK = "#000"
"""The background until the page is painted."""


class Tabs:
    """Opens tabs, each prepared by `prepare`, and closes those that the page opens."""

    def __init__(self, context: BrowserContext, prepare: Callable[[Page], Awaitable[None]]) -> None:
        self._context = context
        self._prepare = prepare
        self._spare: Page | None = None
        self._own = 0
        context.on("page", self._close_second_window)

    async def open_spare(self, shown: ShownPage) -> None:
        """Open a tab behind the page, which takes its place if it is lost.

        A tab that is opened only then would come after the browser's own notice of a crash.
        """
        if self._spare is None:
            with suppress(Error, asyncio.TimeoutError):
                async with self._context.expect_page(timeout=1000 * TIMEOUT) as opened:
                    self._own += 1
                    await shown.open_background_tab()
                tab = await opened.value
                await tab.evaluate(f"document.documentElement.style.background = {BLACK!r}")
                await self._prepare(tab)
                self._spare = tab

    async def another(self) -> Page:
        """Return a tab in front of all others, the spare one if there is one.

        Raises `playwright.async_api.Error`.
        """
        tab, self._spare = self._spare, None
        if tab is None:
            self._own += 1
            tab = await self._context.new_page()
            await self._prepare(tab)
        await tab.bring_to_front()
        return tab

    async def _close_second_window(self, page: Page) -> None:
        if self._own:
            self._own -= 1
            return
        with suppress(Error):
            await page.close()
