"""The browser that displays a page, and whether it still runs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from playwright.async_api import BrowserContext, CDPSession, Error, Page, Playwright

from . import chromium, locale
from .failed_requests import FailedRequests
from .forward_proxy import ForwardProxy
from .options import CaptureOptions
from .page import Explain, NoAnswer, PageError, ShownPage
from .proxies import Proxies
from .reach import Reach
from .screen import Screen
from .tabs import Tabs

HEARTBEAT, HEARTBEAT_TIMEOUT = 2.0, 20.0
"""Seconds between two health checks of the browser, and for its response."""

AUDIO_SERVICE = "audio.mojom.AudioService"
"""The type of the process that plays the sound of all pages. It has no other end than the
browser's; a new one plays only what begins after it."""

AUDIO_DIED = "the browser's audio process died"

CLOSE_TIMEOUT = 5.0
"""Seconds for the browser to end by itself."""

REPLACE_TIMEOUT = 10.0
"""Seconds for a new tab to take the place of a lost one."""

RETRY = 0.5
"""Seconds between two attempts to reach the page's server."""

UNREACHABLE = tuple(
    f"net::ERR_{code}"
    for code in (
        "ADDRESS_UNREACHABLE",
        "CONNECTION_",
        "EMPTY_RESPONSE",
        "INTERNET_DISCONNECTED",
        "NAME_NOT_RESOLVED",
        "NAME_RESOLUTION_FAILED",
        "NETWORK_",
        "PROXY_CONNECTION_FAILED",
        "SOCKET_NOT_CONNECTED",
        "TIMED_OUT",
        "TUNNEL_CONNECTION_FAILED",
    )
)
"""What Chromium's errors of a network begin with that may be over in a moment."""


class PageObserver(Protocol):
    """Receives what a page reports: the messages of `script` in its frames, and failed requests."""

    def script(self) -> str:
        """Returns the part of `init_script.js` that sends the messages."""

    def message(self, kind: str, detail: str) -> None:
        """A message of `init_script.js`."""

    def request_failed(self, url: str, reason: str) -> None:
        """A request of the page, or of a frame of it, failed."""

    def opened_again(self) -> None:
        """The page, which was not reached, is tried again: what failed does not count."""


class Browser:
    """A Chromium with one page, which fills the screen. `ready` is set by `notifyReady()`."""

    def __init__(self, screen: Screen, language: str, observer: PageObserver) -> None:
        self._screen = screen
        self._observer = observer
        self._language = language
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._context: BrowserContext
        self._explain: Explain
        self._failed_requests: FailedRequests
        self._devtools: CDPSession
        self._audio: set[int] = set()
        self.tabs: Tabs
        self.page: ShownPage
        self.ready = asyncio.Event()

    @classmethod
    async def launch(
        cls,
        playwright: Playwright,
        program: Path,
        screen: Screen,
        environment: Mapping[str, str],
        runtime: Path,
        options: CaptureOptions,
        observer: PageObserver,
        url: str,
    ) -> Browser:
        """Start it for a page; see `chromium.launch`. Raises `playwright.async_api.Error`."""
        browser = cls(screen, locale.languages(options.language, os.environ)[0], observer)
        proxy = ForwardProxy(Reach(url, options.allowed_hosts), Proxies.of(os.environ))
        await proxy.start()
        browser._explain = proxy.explain
        context = await chromium.launch(
            playwright,
            program,
            screen,
            environment,
            runtime,
            options,
            browser._on_message,
            observer.script(),
            url,
            proxy,
        )
        browser._context = context
        assert context.browser is not None  # noqa: S101
        browser._devtools = await context.browser.new_browser_cdp_session()
        browser.page = await ShownPage.of(context.pages[0], proxy.explain)
        browser.tabs = Tabs(context, browser._prepare)
        context.on("close", lambda _: browser._end("the browser died"))
        browser._failed_requests = FailedRequests(
            context,
            lambda url, reason: observer.request_failed(url, proxy.explain(url, reason)),
        )
        await browser._failed_requests.listen()
        return browser

    async def open(self, url: str, seconds: float) -> None:
        """Open the page within so many seconds, and wait until it is painted. Raises PageError."""
        now = asyncio.get_running_loop().time
        deadline = now() + seconds
        await self._load(url, seconds)
        await self.page.wait_for_paint(deadline - now())

    async def open_until_ready(self, url: str, seconds: float) -> bool:
        """Open the page; return whether it calls `notifyReady()` within so many seconds.

        Until then its status and its speed do not matter. Raises PageError if it cannot be opened.
        """
        now = asyncio.get_running_loop().time
        deadline = now() + seconds
        self.ready.clear()
        loading = asyncio.ensure_future(self._load(url, seconds, any_status=True))
        ready = asyncio.ensure_future(self.ready.wait())
        try:
            either = asyncio.FIRST_COMPLETED
            await asyncio.wait([loading, ready], timeout=seconds, return_when=either)
            if loading.done():
                loading.result()
            await asyncio.wait([ready], timeout=max(0, deadline - now()))
            if not ready.done():
                return False
        finally:
            loading.cancel()
            ready.cancel()
        self.page.clear_error()
        await self.page.wait_for_paint(0)
        return True

    async def _load(self, url: str, seconds: float, any_status: bool = False) -> None:
        """Load the page; while its server cannot be reached, again. Raises PageError."""
        now = asyncio.get_running_loop().time
        deadline, unreachable = now() + seconds, None
        while True:
            try:
                left = None if any_status else deadline - now()
                return await self.page.load(url, left, any_status)
            except NoAnswer as error:
                raise unreachable or error from None
            except PageError as error:
                if not str(error).startswith(UNREACHABLE) or now() + RETRY >= deadline:
                    raise
                unreachable = error
            await asyncio.sleep(RETRY)
            self._observer.opened_again()

    async def reload(self, url: str, seconds: float) -> None:
        """Load the page once more, in another tab if its own is lost. Raises PageError."""
        if self.page.is_lost:
            try:
                await asyncio.wait_for(self._replace(), REPLACE_TIMEOUT)
            except (Error, asyncio.TimeoutError):
                raise PageError("the browser opens no new tab") from None
        await self.page.load(url, seconds)

    async def ended(self) -> str:
        """Return the reason, once the browser has crashed or does not respond.

        Until then, sets an error of the page if its sound is lost.
        """
        while not self._ended.done():
            await asyncio.wait([self._ended], timeout=HEARTBEAT)
            with suppress(Exception):
                audio = await asyncio.wait_for(self._audio_processes(), HEARTBEAT_TIMEOUT)
                if self._audio - audio:
                    self.page.set_error(AUDIO_DIED)
                self._audio = audio
                await self._discard_console()
                continue
            self._end("the browser died")
        return self._ended.result()

    async def close(self) -> None:
        """End it."""
        self._end("closed")
        with suppress(Error, asyncio.TimeoutError):
            await asyncio.wait_for(self._context.close(), CLOSE_TIMEOUT)

    async def _replace(self) -> None:
        lost, tab = self.page.tab, await self.tabs.another()
        self.page = await ShownPage.of(tab, self._explain)
        with suppress(Error):
            await lost.close()

    async def _prepare(self, tab: Page) -> None:
        await chromium.prepare(tab, self._screen, self._language, self._on_message)

    async def _audio_processes(self) -> set[int]:
        found = await self._devtools.send("SystemInfo.getProcessInfo")
        return {each["id"] for each in found["processInfo"] if each["type"] == AUDIO_SERVICE}

    async def _discard_console(self) -> None:
        """Let go of the objects that pages, frames and workers have logged.

        Chromium keeps them for whoever listens to the console, as Playwright does.
        """
        workers = [*self.page.tab.workers, *self._context.service_workers]
        sends = [it.send("Runtime.discardConsoleEntries") for it in self._failed_requests.sessions]
        sends += [worker.evaluate("console.clear()") for worker in workers]
        discarding = asyncio.gather(*sends, return_exceptions=True)
        with suppress(asyncio.TimeoutError):  # one is busy
            await asyncio.wait_for(discarding, HEARTBEAT)

    def _on_message(self, kind: str, detail: str) -> None:
        self._observer.message(kind, detail)
        if kind == "ready":
            self.ready.set()

    def _end(self, reason: str) -> None:
        if not self._ended.done():
            self._ended.set_result(reason)
