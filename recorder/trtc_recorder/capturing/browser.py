"""The browser that shows a page: opens it, waits until it is ready, and tells what goes wrong.

A page is untrusted: it gets a throw-away profile, no permission, no second window, no download.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from playwright.async_api import BrowserContext, CDPSession, Error, Page, Playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from .screen import Screen

READY_POLL = 0.2
"""Seconds between two looks whether the page is ready."""

HEARTBEAT, HEARTBEAT_PATIENCE = 2.0, 20.0
"""Seconds between two questions to the browser, and for its answer."""

CLOSE_PATIENCE = 5.0
"""Seconds for the browser to end by itself."""

BEFORE_THE_PAGE = """
window.notifyReady = () => { window.trtcRecorderReady = true; };
window.print = () => {};
"""
"""What runs before the page's own scripts. A dialog of the browser's would cover the page.

`notifyReady` only leaves a mark, which is looked for: what a page can call is called too often.
"""

OPENING_TIMEOUT = 12.0
"""Seconds for the page's server to answer."""

LOADING_PATIENCE = 5.0
"""Seconds for the document to be there before it is recorded as far as it is."""

FLAGS = (
    "--kiosk",
    "--window-position=0,0",
    "--hide-scrollbars",
    "--test-type",
    "--autoplay-policy=no-user-gesture-required",
    "--deny-permission-prompts",
    "--disable-crash-reporter",
    "--force-color-profile=srgb",
)
UNWANTED_FLAGS = ["--enable-automation", "--mute-audio"]
"""Of those that Playwright gives."""


class PageFault(Exception):
    """The page cannot be recorded; says why, beginning with the vendor's own words."""


class Browser:
    """A Chromium with one page, which fills the screen."""

    def __init__(self, context: BrowserContext, page: Page, devtools: CDPSession) -> None:
        self._context = context
        self._page = page
        self._devtools = devtools
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
    ) -> Browser:
        """Start Chromium on an X display. `environment` has DISPLAY and PULSE_SERVER.

        Raises `playwright.async_api.Error`.
        """
        size = f"--window-size={screen.css_width},{screen.css_height}"
        context = await playwright.chromium.launch_persistent_context(
            runtime / "profile",
            executable_path=program,
            headless=False,
            chromium_sandbox=os.geteuid() != 0,
            no_viewport=True,
            accept_downloads=False,
            env={**environment, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
            args=[*FLAGS, size, f"--force-device-scale-factor={screen.scale}"],
            ignore_default_args=UNWANTED_FLAGS,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        page = context.pages[0]
        browser = cls(context, page, await context.new_cdp_session(page))
        await browser._fit(screen)
        await context.add_init_script(BEFORE_THE_PAGE)
        return browser

    async def open(self, url: str) -> None:
        """Open the page. Raises PageFault where it cannot be."""
        try:
            answer = await self._page.goto(url, wait_until="commit", timeout=OPENING_TIMEOUT * 1000)
        except PlaywrightTimeout:
            reason = f"no answer within {OPENING_TIMEOUT:g} s"
            raise PageFault(f"Goto url timeout: {reason}") from None
        except Error as error:
            raise PageFault(f"Goto url timeout: {_net_error(error)}") from None
        if answer is not None and answer.status >= 400:
            raise PageFault(f"Goto url timeout: HTTP status {answer.status}")
        with suppress(PlaywrightTimeout):
            await self._page.wait_for_load_state(
                "domcontentloaded", timeout=LOADING_PATIENCE * 1000
            )

    async def becomes_ready(self, seconds: float) -> bool:
        """Whether the page calls `notifyReady()` within so many seconds of being opened."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            look = self._page.evaluate("() => window.trtcRecorderReady === true")
            with suppress(Error, asyncio.TimeoutError):
                if await asyncio.wait_for(look, seconds):
                    return True
            await asyncio.sleep(READY_POLL)
        return False

    async def ended(self) -> str:
        """Return why, once the page or the browser is no more, or answers no more."""
        while not self._over.done():
            await asyncio.wait([self._over], timeout=HEARTBEAT)
            with suppress(Exception):
                question = self._devtools.send("Browser.getVersion")
                await asyncio.wait_for(question, HEARTBEAT_PATIENCE)
                continue
            self._end("the browser died")
        return self._over.result()

    async def close(self) -> None:
        """End it."""
        self._end("closed")
        with suppress(Error, asyncio.TimeoutError):
            await asyncio.wait_for(self._context.close(), CLOSE_PATIENCE)

    def _end(self, reason: str) -> None:
        if not self._over.done():
            self._over.set_result(reason)

    async def _close_second_window(self, page: Page) -> None:
        with suppress(Error):
            await page.close()

    async def _fit(self, screen: Screen) -> None:
        """Make the viewport the screen to the pixel, which the window's size alone does not."""
        devtools = self._devtools
        await devtools.send(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": screen.css_width,
                "height": screen.css_height,
                "screenWidth": screen.css_width,
                "screenHeight": screen.css_height,
                "deviceScaleFactor": screen.scale,
                "mobile": screen.mobile is not None,
            },
        )
        browser = await devtools.send("Browser.getVersion")
        agent = screen.user_agent(browser["product"].partition("/")[2])
        if agent:
            await devtools.send("Emulation.setUserAgentOverride", {"userAgent": agent})
            touch = {"enabled": True, "maxTouchPoints": 5}
            await devtools.send("Emulation.setTouchEmulationEnabled", touch)


def _net_error(error: Error) -> str:
    """Chromium's name for what went wrong, without the URL that stands beside it."""
    words = [word for word in error.message.split() if word.startswith("net::ERR_")]
    return words[0] if words else "the browser refused it"
