"""Emulates a phone or tablet, and sets the language."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from . import locale
from .child_targets import ChildTargets, Command
from .screen import Screen

TOUCHES = 5
"""Simultaneous touch points of the touch screen."""


async def user_agent(program: Path, screen: Screen) -> str | None:
    """Returns the emulated User-Agent; None for a desktop. Raises OSError, RuntimeError."""
    if screen.mobile is None:
        return None
    process = await asyncio.create_subprocess_exec(program, "--version", stdout=PIPE)
    words = (await process.communicate())[0].decode().split()
    version = next((word for word in words if word[0].isdigit()), None)
    if version is None:
        raise RuntimeError(f"{program.name} does not print its version")
    return screen.user_agent(version)


async def emulate(page: Page, screen: Screen, language: str) -> None:
    """Apply to the page, its frames and its workers. Raises `playwright.async_api.Error`."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Emulation.setDeviceMetricsOverride", _metrics(screen))
    commands: list[Command] = []
    if screen.mobile is not None:
        version = await devtools.send("Browser.getVersion")
        identity = _identity(screen, version["product"].partition("/")[2])
        touch = {"enabled": True, "maxTouchPoints": TOUCHES}
        commands.append(("Emulation.setUserAgentOverride", identity))
        commands.append(("Emulation.setTouchEmulationEnabled", touch))
    if language != locale.DEFAULT[0]:  # that of `Intl`, where Chromium has no texts in it
        commands.append(("Emulation.setLocaleOverride", {"locale": language}))
    for method, parameters in commands:
        await devtools.send(method, parameters)
    if commands:
        await ChildTargets(devtools, commands).follow()


def _metrics(screen: Screen) -> dict[str, Any]:
    """Returns `Emulation.setDeviceMetricsOverride`'s parameters; the window itself is larger."""
    upright = screen.mobile is not None and not screen.mobile.screen_orientation
    turned = 90 if screen.mobile is not None and not upright else 0
    return {
        "width": screen.css_width,
        "height": screen.css_height,
        "screenWidth": screen.css_width,
        "screenHeight": screen.css_height,
        "deviceScaleFactor": screen.scale,
        "mobile": screen.mobile is not None,
        "screenOrientation": {
            "type": "portraitPrimary" if upright else "landscapePrimary",
            "angle": turned,
        },
    }


def _identity(screen: Screen, version: str) -> dict[str, Any]:
    """Returns the parameters of `Emulation.setUserAgentOverride` for this Chromium on Android.

    Playwright's option `user_agent` would send them without brands, which workers then lack.
    """
    brands = [("Not:A-Brand", "8.0.0.0"), ("Chromium", version)]
    form = "Tablet" if screen.mobile and screen.mobile.mobile_device_type else "Mobile"
    return {
        "userAgent": screen.user_agent(version),
        "userAgentMetadata": {
            "brands": [{"brand": b, "version": full.partition(".")[0]} for b, full in brands],
            "fullVersionList": [{"brand": b, "version": full} for b, full in brands],
            "fullVersion": version,
            "platform": "Android",
            "platformVersion": "10.0.0",
            "architecture": "",
            "bitness": "",
            "model": "K",
            "mobile": form == "Mobile",
            "formFactors": [form],
            "wow64": False,
        },
    }
