"""Shows a page in the browser: opens it, waits until it is ready, and detects crashes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from playwright.async_api import BrowserContext, CDPSession, Error, Page, Playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from . import chromium
from .observer import Observer
from .options import CaptureOptions
from .requests import FailedRequests
from .screen import Screen

HEARTBEAT, HEARTBEAT_TIMEOUT = 2.0, 20.0
"""Seconds between two health checks of the browser, and for its response."""

CLOSE_TIMEOUT = 5.0
"""Seconds for the browser to end by itself."""

LOADING_TIMEOUT = 5.0
"""Seconds for DOMContentLoaded; after that the page is recorded as it is."""


class PageError(Exception):
    """The page cannot be recorded; the message starts with the vendor's wording."""


class Browser:
    """A Chromium with one page, which fills the screen."""

    def __init__(
        self,
        context: BrowserContext,
        page: Page,
        devtools: CDPSession,
        opening_timeout: float,
        ready: asyncio.Event,
    ) -> None:
        self._context = context
        self._page = page
        self._devtools = devtools
        self._opening_timeout = opening_timeout
        self._ready = ready
        self._over: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._context.on("page", self._close_second_window)
        self._context.on("close", lambda _: self._end("the browser died"))
        self._page.on("crash", lambda _: self._end("the page crashed"))

    @classmethod
    async def launch(
        cls,
        playwright: Playwright,
        program: Path,
        screen: Screen,
        environment: Mapping[str, str],
        runtime: Path,
        options: CaptureOptions,
        observer: Observer,
    ) -> Browser:
        """Start it; see `chromium.launch`. Raises `playwright.async_api.Error`."""
        ready = asyncio.Event()

        def on_message(kind: str, detail: str) -> None:
            observer.message(kind, detail)
            if kind == "ready":
                ready.set()

        context = await chromium.launch(
            playwright, program, screen, environment, runtime, on_message, observer.script()
        )
        await FailedRequests(context, observer.request_failed).listen()
        page = context.pages[0]
        devtools = await context.new_cdp_session(page)
        return cls(context, page, devtools, options.opening_timeout, ready)

    async def open(self, url: str) -> None:
        """Open the page. Raises PageError if it fails."""
        self._ready.clear()
        try:
            response = await self._page.goto(
                url, wait_until="commit", timeout=self._opening_timeout * 1000
            )
        except PlaywrightTimeout:
            reason = f"no answer within {self._opening_timeout:g} s"
            raise PageError(f"Goto url timeout: {reason}") from None
        except Error as error:
            raise PageError(f"Goto url timeout: {_net_error(error)}") from None
        if response is not None and response.status >= 400:
            raise PageError(f"Goto url timeout: HTTP status {response.status}")
        with suppress(PlaywrightTimeout):
            await self._page.wait_for_load_state("domcontentloaded", timeout=LOADING_TIMEOUT * 1000)

    async def becomes_ready(self, seconds: float) -> bool:
        """Whether the page calls `notifyReady()` within so many seconds of being opened."""
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._ready.wait(), seconds)
        return self._ready.is_set()

    async def ended(self) -> str:
        """Return the reason, once the page or the browser has crashed or does not respond."""
        while not self._over.done():
            await asyncio.wait([self._over], timeout=HEARTBEAT)
            with suppress(Exception):
                ping = self._devtools.send("Browser.getVersion")
                await asyncio.wait_for(ping, HEARTBEAT_TIMEOUT)
                continue
            self._end("the browser died")
        return self._over.result()

    async def close(self) -> None:
        """End it."""
        self._end("closed")
        with suppress(Error, asyncio.TimeoutError):
            await asyncio.wait_for(self._context.close(), CLOSE_TIMEOUT)

    def _end(self, reason: str) -> None:
        if not self._over.done():
            self._over.set_result(reason)

    async def _close_second_window(self, page: Page) -> None:
        with suppress(Error):
            await page.close()


def _net_error(error: Error) -> str:
    """Chromium's error code, without the URL in the message."""
    words = [word for word in error.message.split() if word.startswith("net::ERR_")]
    return words[0] if words else "the browser refused it"
