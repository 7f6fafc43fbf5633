"""Sends commands to the cross-site frames and workers of a page before they run."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

from playwright.async_api import CDPSession, Error

Command = tuple[str, dict[str, Any]]
"""A method of the DevTools protocol, and its parameters."""

ATTACH: Command = (
    "Target.setAutoAttach",
    {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": False},
)


class ChildTargets:
    """The frames of other sites and the workers of a page, which are targets of their own.

    Each is paused at its start until it has received the commands, and so are those below it; a
    service worker may begin a moment earlier, since Playwright resumes it. The flat protocol would
    be simpler, but a Playwright session does not reach its child sessions.
    """

    def __init__(self, devtools: CDPSession, commands: list[Command]) -> None:
        self._devtools = devtools
        self._commands = [*commands, ATTACH, ("Runtime.runIfWaitingForDebugger", {})]
        self._numbers = iter(range(1, 2**53))
        self._sending: set[asyncio.Task[None]] = set()

    async def follow(self) -> None:
        """Attach to them. Raises `playwright.async_api.Error`."""
        for event in ("Target.attachedToTarget", "Target.receivedMessageFromTarget"):
            self._devtools.on(event, partial(self._on_event, [], event))
        await self._devtools.send(*ATTACH)

    def _on_event(self, path: list[str], event: str, parameters: dict[str, Any]) -> None:
        if event == "Target.attachedToTarget":
            task = asyncio.ensure_future(self._set_up([*path, parameters["sessionId"]]))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        elif event == "Target.receivedMessageFromTarget":
            inner = json.loads(parameters["message"])
            if "method" in inner:
                self._on_event([*path, parameters["sessionId"]], inner["method"], inner["params"])

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
