"""A page in a tab: opening, first paint, and later errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.async_api import CDPSession, Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from .basic_auth import without_user

HEARTBEAT, HANG_TIMEOUT = 2.0, 20.0
"""Seconds between two checks whether the page's scripts return, and for them to do so."""

FRAMES_TIMEOUT = 2.0
"""Seconds for two frames of a page that has been painted."""

CRASHED = "the page crashed"
CLOSED = "the page closed its window"
HANGS = "the page's script does not return"
ABORTED = "net::ERR_ABORTED"
UNKNOWN = "the browser rejected it"
STATUS_WITHOUT_BODY = "net::ERR_HTTP_RESPONSE_CODE_FAILURE"
"""The server's error without a body; the browser's page about it has the status."""

SETTLING = 3.0
"""Seconds after its load event in which a page paints for the first time, if it does."""

PAINTS = frozenset({"firstPaint", "firstContentfulPaint"})

WITHIN_THE_DOCUMENT = frozenset({"sameDocument", "historySameDocument"})
"""Navigations that load nothing."""

STATUS = "performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0"
ERROR_CODE = """new Promise((done) => {
  const check = () => {
    const code = document.querySelector('.error-code')?.textContent;
    code ? done(code) : setTimeout(check, 50);
  };
  if (location.protocol === 'chrome-error:') check(); else done('');
})"""
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


Explain = Callable[[str, str], str]
"""Returns why a URL has failed, for Chromium's code."""


class PageError(Exception):
    """A page cannot be displayed; the message is the reason, without its URL."""


class NoAnswer(PageError):
    """Its server does not answer in time."""


class ShownPage:
    """One tab. Scripts run in it without a user gesture, which would allow it to open windows."""

    def __init__(self, page: Page, devtools: CDPSession, explain: Explain) -> None:
        self.tab = page
        self._devtools = devtools
        self._explain = explain
        self._error: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._painted = asyncio.Event()
        self._navigating = ""
        self._main_frame = ""
        self._checks: set[asyncio.Task[None]] = set()
        devtools.on("Page.frameStartedNavigating", self._starts_navigating)
        devtools.on("Page.frameStoppedLoading", self._stops_loading)
        devtools.on("Page.frameNavigated", self._navigated)
        devtools.on("Page.lifecycleEvent", self._lifecycle)
        devtools.on("Inspector.targetCrashed", lambda _: self.set_error(CRASHED))
        page.on("close", lambda _: self.set_error(CLOSED))

    @classmethod
    async def of(cls, page: Page, explain: Explain) -> ShownPage:
        """Follow a tab. Raises `playwright.async_api.Error`."""
        devtools = await page.context.new_cdp_session(page)
        shown = cls(page, devtools, explain)
        await devtools.send("Page.enable")
        tree = await devtools.send("Page.getFrameTree")
        shown._main_frame = tree["frameTree"]["frame"]["id"]
        await devtools.send("Page.setLifecycleEventsEnabled", {"enabled": True})
        await devtools.send("Inspector.enable")
        return shown

    async def load(self, url: str, seconds: float | None, any_status: bool = False) -> None:
        """Load the page within so many seconds (None: no limit). Raises PageError.

        `any_status`: a status of 400 or more is no error.
        """
        self.clear_error()
        self._painted.clear()
        url = without_user(url)
        timeout = 1000 * (seconds or 0)
        try:
            response = await self.tab.goto(url, wait_until="commit", timeout=timeout)
            if response is None:  # only a move within the document, to another fragment
                response = await self.tab.reload(wait_until="commit", timeout=timeout)
        except PlaywrightTimeout:
            raise NoAnswer(f"no answer within {seconds:.3g} s") from None
        except Error as error:
            cause = _cause(error)
            if cause in (UNKNOWN, STATUS_WITHOUT_BODY):
                cause = await self._error_page_code() or cause
            raise PageError(self._explain(url, cause)) from None
        with suppress(Error):  # or the page could go back to the empty one that was before it
            await self._devtools.send("Page.resetNavigationHistory")
        if response is not None and response.status >= 400 and not any_status:
            raise PageError(f"HTTP status {response.status}")

    async def wait_for_paint(self, seconds: float) -> None:
        """Wait up to so many seconds for the first paint, and for two frames more.

        A page that has loaded and paints nothing for SETTLING is shown as it is. Raises PageError
        if its script hangs.
        """
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._painted.wait(), seconds)
        with suppress(asyncio.TimeoutError, Error):
            await asyncio.wait_for(self._evaluate(TWO_FRAMES, awaited=True), FRAMES_TIMEOUT)
            return
        if not await self.responds(HANG_TIMEOUT):
            raise PageError(HANGS)

    async def open_background_tab(self) -> None:
        """Open an empty tab behind this one. Raises `playwright.async_api.Error`."""
        await self._devtools.send("Target.createTarget", {"url": "about:blank", "background": True})

    def clear_error(self) -> None:
        """Clear its error, unless it is gone. A check that still runs is ignored."""
        if not self._error.done() or self._error.result() not in (CRASHED, CLOSED):
            self._error = asyncio.get_running_loop().create_future()

    async def wait_for_error(self) -> str:
        """Wait until it displays an error, has crashed or hangs; return which."""
        while not self._error.done():
            await asyncio.wait([self._error], timeout=HEARTBEAT)
            if self._error.done() or await self.responds(HANG_TIMEOUT):
                continue
            if not self._navigating:  # Chromium defers evaluation until the next page comes
                self.set_error(HANGS)
        return self._error.result()

    @property
    def is_lost(self) -> bool:
        """Whether it is gone or hangs, so that another tab has to take its place."""
        return self._error.done() and self._error.result() in (CRASHED, CLOSED, HANGS)

    async def responds(self, seconds: float) -> bool:
        """Returns whether the page's scripts return within so many seconds."""
        try:
            await asyncio.wait_for(self._evaluate("0"), seconds)
        except asyncio.TimeoutError:
            return False
        except Error:
            return True
        return True

    def set_error(self, reason: str) -> None:
        """Set its error, unless it has one."""
        if not self._error.done():
            self._error.set_result(reason)

    def _lifecycle(self, event: dict[str, Any]) -> None:
        if event["name"] in PAINTS:
            self._painted.set()
        elif event["name"] == "load" and event["frameId"] == self._main_frame:
            asyncio.get_running_loop().call_later(SETTLING, self._painted.set)

    def _starts_navigating(self, event: dict[str, Any]) -> None:
        if event["navigationType"] not in WITHIN_THE_DOCUMENT:
            self._navigating = event["frameId"]

    def _stops_loading(self, event: dict[str, Any]) -> None:
        if event["frameId"] == self._navigating:
            self._navigating = ""

    def _navigated(self, event: dict[str, Any]) -> None:
        frame = event["frame"]
        self._stops_loading({"frameId": frame["id"]})
        if "parentId" in frame:
            return
        failed = frame.get("unreachableUrl")
        check = (
            self._check_error(self._error, failed) if failed else self._check_status(self._error)
        )
        task = asyncio.ensure_future(check)
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def _check_error(self, error: asyncio.Future[str], url: str) -> None:
        code = await self._error_page_code() or "the page has no answer"
        self._note(error, self._explain(url, code))

    async def _error_page_code(self) -> str:
        """Returns the code on the browser's own error page, which `init_script.js` hides."""
        with suppress(Error, asyncio.TimeoutError):
            checking = self._evaluate(ERROR_CODE, awaited=True)
            code = str(await asyncio.wait_for(checking, HEARTBEAT))
            if code.startswith("DNS_PROBE"):  # what Chromium finds out once the name has failed
                return "net::ERR_NAME_NOT_RESOLVED"
            return f"net::{code}" if code[:4] == "ERR_" else code.replace("ERROR", "status")
        return ""

    async def _check_status(self, error: asyncio.Future[str]) -> None:
        with suppress(Error):
            if (status := await self._evaluate(STATUS)) >= 400:
                self._note(error, f"HTTP status {status}")

    def _note(self, error: asyncio.Future[str], reason: str) -> None:
        if error is self._error:
            self.set_error(reason)

    async def _evaluate(self, expression: str, awaited: bool = False) -> Any:
        options = {"expression": expression, "awaitPromise": awaited, "returnByValue": True}
        result = await self._devtools.send("Runtime.evaluate", options)
        return result["result"].get("value")


def _cause(error: Error) -> str:
    """Returns Chromium's error code, without the URL in the message."""
    if "crash" in error.message:
        return CRASHED
    if "Download is starting" in error.message:
        return "it is a download, no page"
    words = [word for word in error.message.split() if word.startswith("net::ERR_")]
    if ABORTED in words:
        return "the response is empty (status 204), or a download"
    return words[0] if words else UNKNOWN
