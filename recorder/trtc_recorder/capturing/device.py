"""Makes a page take the browser for that of a phone or tablet, in its frames and workers too."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Error, Page

from .screen import Screen

TOUCHES = 5
"""Points that the touch screen tells apart."""

Command = tuple[str, dict[str, Any]]
"""A method of the DevTools protocol, and its parameters."""


def identity(screen: Screen, version: str) -> dict[str, Any]:
    """Parameters of `Emulation.setUserAgentOverride` for Chromium of this version on Android.

    What Playwright sends for its option `user_agent` has no brands in workers, and no platform.
    """
    major = version.partition(".")[0]
    brands = [("Not:A-Brand", "8", "8.0.0.0"), ("Chromium", major, version)]
    form = "Tablet" if screen.mobile and screen.mobile.mobile_device_type else "Mobile"
    return {
        "userAgent": screen.user_agent(version),
        "userAgentMetadata": {
            "brands": [{"brand": name, "version": short} for name, short, _ in brands],
            "fullVersionList": [{"brand": name, "version": full} for name, _, full in brands],
            "platform": "Android",
            "platformVersion": "10.0.0",
            "architecture": "",
            "bitness": "",
            "model": "K",
            "mobile": form == "Mobile",
            "formFactors": [form],
            "wow64": False,
            "fullVersion": version,
        },
    }


async def version_of(program: Path) -> str:
    """Chromium's version, such as `156.0.8078.108`. Raises OSError, RuntimeError."""
    process = await asyncio.create_subprocess_exec(program, "--version", stdout=PIPE)
    words = (await process.communicate())[0].decode().split()
    found = [word for word in words if word[0].isdigit()]
    if not found:
        raise RuntimeError(f"{program} does not tell its version")
    return found[0]


async def become(page: Page, screen: Screen) -> None:
    """Give a page the identity. Raises `playwright.async_api.Error`."""
    devtools = await page.context.new_cdp_session(page)
    version = await devtools.send("Browser.getVersion")
    told = identity(screen, version["product"].partition("/")[2])
    commands: list[Command] = [
        ("Emulation.setUserAgentOverride", told),
        ("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": TOUCHES}),
    ]
    for method, parameters in commands:
        await devtools.send(method, parameters)
    await Related(devtools, commands).follow()


class Related:
    """The frames of other sites and the workers of a page, which are targets of their own.

    Each is held at its start until it has got the commands, and so are those below it. The flat
    protocol would be simpler, but a Playwright session does not reach its child sessions.
    """

    def __init__(self, devtools: CDPSession, commands: list[Command]) -> None:
        self._devtools = devtools
        self._commands = [*commands, _ATTACH, ("Runtime.runIfWaitingForDebugger", {})]
        self._numbers = iter(range(1, 2**53))
        self._sending: set[asyncio.Task[None]] = set()

    async def follow(self) -> None:
        """Begin. Raises `playwright.async_api.Error`."""
        for event in ("Target.attachedToTarget", "Target.receivedMessageFromTarget"):
            self._devtools.on(event, lambda told, event=event: self._on_event([], event, told))
        await self._devtools.send(*_ATTACH)

    def _on_event(self, path: list[str], event: str, told: dict[str, Any]) -> None:
        if event == "Target.attachedToTarget":
            task = asyncio.ensure_future(self._set_up([*path, told["sessionId"]]))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        elif event == "Target.receivedMessageFromTarget":
            inner = json.loads(told["message"])
            if "method" in inner:
                self._on_event([*path, told["sessionId"]], inner["method"], inner["params"])

    async def _set_up(self, path: list[str]) -> None:
        try:
            for method, parameters in self._commands:
                await self._send(path, method, parameters)
        except Error:
            pass  # it has gone

    async def _send(self, path: list[str], method: str, parameters: dict[str, Any]) -> None:
        for session in reversed(path):
            message = {"id": next(self._numbers), "method": method, "params": parameters}
            method = "Target.sendMessageToTarget"
            parameters = {"sessionId": session, "message": json.dumps(message)}
        await self._devtools.send(method, parameters)


_ATTACH: Command = (
    "Target.setAutoAttach",
    {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False},
)
