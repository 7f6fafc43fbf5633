"""The browser that shows a page: opens it, waits until it is ready, and detects crashes.

A page is untrusted: it gets a temporary profile, no permissions, no popups, no downloads.
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
"""Seconds between two checks whether the page is ready."""

HEARTBEAT, HEARTBEAT_TIMEOUT = 2.0, 20.0
"""Seconds between two health checks of the browser, and for its response."""

CLOSE_TIMEOUT = 5.0
"""Seconds for the browser to end by itself."""

BEFORE_THE_PAGE = """
window.notifyReady = () => { window.trtcRecorderReady = true; };
window.print = () => {};
"""
"""Runs before the page's own scripts. `print` is disabled: its dialog would cover the page.

`notifyReady` only sets a flag that is polled, since a page could call a binding without end.
"""

OPENING_TIMEOUT = 12.0
"""Seconds for the page's server to respond."""

LOADING_TIMEOUT = 5.0
"""Seconds for DOMContentLoaded; after that the page is recorded as it is."""

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
"""Playwright's default flags that are removed."""


class PageError(Exception):
    """The page cannot be recorded; the message starts with the vendor's wording."""


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
        """Open the page. Raises PageError if it fails."""
        try:
            response = await self._page.goto(
                url, wait_until="commit", timeout=OPENING_TIMEOUT * 1000
            )
        except PlaywrightTimeout:
            reason = f"no answer within {OPENING_TIMEOUT:g} s"
            raise PageError(f"Goto url timeout: {reason}") from None
        except Error as error:
            raise PageError(f"Goto url timeout: {_net_error(error)}") from None
        if response is not None and response.status >= 400:
            raise PageError(f"Goto url timeout: HTTP status {response.status}")
        with suppress(PlaywrightTimeout):
            await self._page.wait_for_load_state("domcontentloaded", timeout=LOADING_TIMEOUT * 1000)

    async def becomes_ready(self, seconds: float) -> bool:
        """Whether the page calls `notifyReady()` within so many seconds of being opened."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            check = self._page.evaluate("() => window.trtcRecorderReady === true")
            with suppress(Error, asyncio.TimeoutError):
                if await asyncio.wait_for(check, seconds):
                    return True
            await asyncio.sleep(READY_POLL)
        return False

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

    async def _fit(self, screen: Screen) -> None:
        """Set the viewport to exactly the size of the screen; the window size is not exact."""
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
    """Chromium's error code, without the URL in the message."""
    words = [word for word in error.message.split() if word.startswith("net::ERR_")]
    return words[0] if words else "the browser refused it"
