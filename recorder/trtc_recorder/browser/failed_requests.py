"""Reports failed requests of a page and its frames."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Error, Frame, Page, Request

ABORTED = "net::ERR_ABORTED"
"""A request that the page itself gave up, as players often do."""

STATUS = re.compile(r"status of (\d{3})\b")

FAVICON = "/favicon.ico"
"""The browser requests it from every server by itself."""

OnFailure = Callable[[str, str], None]
"""Called with each failed request's URL and the reason."""


class FailedRequests:
    """Listens to every page of a browser.

    HTTP errors are read from the browser's log. Playwright's event for them is one for all
    responses, and keeps 10 kB of each of the last 10 000.
    """

    def __init__(self, context: BrowserContext, on_failure: OnFailure) -> None:
        self._context = context
        self._on_failure = on_failure
        self._logs: dict[Frame, CDPSession] = {}
        context.on("requestfailed", self._on_request_failed)
        context.on("page", self._on_page)

    async def listen(self) -> None:
        """Listen to the pages that are there already."""
        for page in self._context.pages:
            await self._on_page(page)

    @property
    def sessions(self) -> list[CDPSession]:
        """One for each page, and for each frame with a process of its own."""
        return list(self._logs.values())

    async def _on_page(self, page: Page) -> None:
        page.on("framenavigated", self._on_frame)
        page.on("framedetached", self._on_frame_gone)
        await self._on_frame(page.main_frame)

    async def _on_frame(self, frame: Frame) -> None:
        """Read the log of the frame's process, if it has one of its own."""
        with suppress(Error):
            if known := self._logs.get(frame):
                await known.send("Log.enable")
                return
        with suppress(Error):
            log = await self._context.new_cdp_session(frame if frame.parent_frame else frame.page)
            log.on("Log.entryAdded", self._on_entry)
            self._logs[frame] = log
            await log.send("Log.enable")

    def _on_frame_gone(self, frame: Frame) -> None:
        self._logs.pop(frame, None)

    def _on_entry(self, event: dict[str, Any]) -> None:
        entry, url = event["entry"], event["entry"].get("url", "")
        status = STATUS.search(entry["text"])
        if status and entry["source"] == "network" and not url.endswith(FAVICON):
            self._on_failure(url, f"HTTP status {status[1]}")

    def _on_request_failed(self, request: Request) -> None:
        if request.failure != ABORTED:
            self._on_failure(request.url, request.failure or "failed")
