"""Starts Chromium with one window that fills the screen, for a page that is not trusted.

The page gets a temporary profile, no permissions, no popups, no downloads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

from playwright.async_api import BrowserContext, Page, Playwright

from . import fontconfig
from .screen import Screen

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


BEFORE_THE_PAGE = resources.files(__package__).joinpath("before_the_page.js").read_text("utf-8")

OnMessage = Callable[[str, str], None]
"""Called with each message of `before_the_page.js`: its kind and a detail."""


async def launch(
    playwright: Playwright,
    program: Path,
    screen: Screen,
    environment: Mapping[str, str],
    runtime: Path,
    on_message: OnMessage,
    reporting: str,
) -> BrowserContext:
    """Start Chromium on an X display. `environment` has DISPLAY and PULSE_SERVER.

    `reporting` is the part of `before_the_page.js` that notices what the page's report tells.

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
        env={
            **environment,
            **fontconfig.environment(runtime),
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        },
        args=[*FLAGS, size, f"--force-device-scale-factor={screen.scale}"],
        ignore_default_args=UNWANTED_FLAGS,
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
    )
    await _fit(context.pages[0], screen)
    await context.expose_binding("trtcRecorderSend", lambda _, *words: on_message(*words))
    await context.add_init_script(BEFORE_THE_PAGE.replace("__REPORT__", reporting))
    return context


async def _fit(page: Page, screen: Screen) -> None:
    """Set the viewport to exactly the size of the screen; the window size is not exact."""
    devtools = await page.context.new_cdp_session(page)
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
