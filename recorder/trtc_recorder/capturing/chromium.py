"""Starts Chromium with one window that fills the screen, for a page that is not trusted.

The page gets a temporary profile, no permissions, no popups, no downloads.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Playwright, ViewportSize

from . import device, profile
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
    "--disable-blink-features=AutomationControlled",
)
UNWANTED_FLAGS = ["--enable-automation", "--mute-audio", "--disable-popup-blocking"]
"""Playwright's default flags that are removed."""

CHANNEL = "trtcRecorder"
"""The binding through which `before_the_page.js` sends messages, and their prefix."""

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
) -> BrowserContext:
    """Start Chromium on an X display. `environment` has DISPLAY and PULSE_SERVER.

    Raises `playwright.async_api.Error`.
    """
    profile.write(runtime / "profile")
    profile.write_programs(runtime / "bin")
    size: ViewportSize = {"width": screen.css_width, "height": screen.css_height}
    agent = None
    if screen.mobile is not None:
        agent = screen.user_agent(await device.version_of(program))
    path = f"{runtime / 'bin'}:{environment['PATH']}"
    context = await playwright.chromium.launch_persistent_context(
        runtime / "profile",
        executable_path=program,
        headless=False,
        chromium_sandbox=os.geteuid() != 0,
        accept_downloads=False,
        env={**environment, "PATH": path, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
        args=[
            *FLAGS,
            _window_size(screen),
            f"--force-device-scale-factor={screen.scale}",
            *([f"--user-agent={agent}", "--use-mobile-user-agent"] if agent else []),
        ],
        ignore_default_args=UNWANTED_FLAGS,
        handle_sigint=False,
        handle_sigterm=False,
        handle_sighup=False,
        viewport=size,
        screen=size,
        device_scale_factor=screen.scale,
        is_mobile=screen.mobile is not None,
        has_touch=screen.mobile is not None,
    )
    await context.add_init_script(BEFORE_THE_PAGE)
    await fit(context.pages[0], screen, on_message)
    return context


async def fit(page: Page, screen: Screen, on_message: OnMessage) -> None:
    """Make a page of the context fill the screen, and listen to its messages.

    Not by Playwright's `expose_binding`: it answers each message in the page as if a person had
    clicked there, and a page that a person has clicked may open windows and choosers.
    """
    devtools = await page.context.new_cdp_session(page)

    def called(event: dict[str, Any]) -> None:
        if event["name"] == CHANNEL and event["payload"].startswith(CHANNEL):
            on_message(*json.loads(event["payload"].removeprefix(CHANNEL)))

    devtools.on("Runtime.bindingCalled", called)
    await devtools.send("Runtime.enable")
    await devtools.send("Runtime.addBinding", {"name": CHANNEL})
    await devtools.send("Input.setIgnoreInputEvents", {"ignore": True})
    await devtools.send("Page.setInterceptFileChooserDialog", {"enabled": True, "cancel": True})
    await devtools.send("WebAuthn.enable", {"enableUI": False})
    if screen.mobile is not None:
        await device.become(page, screen)


def _window_size(screen: Screen) -> str:
    """Larger than the screen by a pixel: one of its own size would be made a pixel smaller."""
    return f"--window-size={screen.css_width + 1},{screen.css_height + 1}"
