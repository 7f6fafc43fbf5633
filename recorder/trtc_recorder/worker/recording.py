"""The process that makes one recording, from the page to its files."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

from playwright.async_api import Playwright, async_playwright

from ..browser.browser import Browser
from ..browser.page import PageError
from ..browser.reloader import Reloader
from ..browser.screen import Screen
from ..cancellation import cancel, first
from ..errors import BROKEN, NOT_SET_UP
from ..media.display import Display
from ..media.relay import Relay
from ..media.sound import Sound
from ..media.source import Source
from ..report.observer import Observer
from ..tasks.events import Event
from ..tasks.storage import LIVE_PLAYLIST, LOG, REPORT
from . import driver
from .encoding import Encoding
from .fonts import missing_scripts
from .job import Job
from .programs import find
from .start_errors import why_not_set_up

NOT_OPENED = "Goto url timeout"
NOT_READY = "Page load timeout"
"""The vendor's messages for a page that cannot be opened, and one that exceeds its ReadyTimeout
twice."""

FOLDER_POLL = 0.5
"""Seconds between two checks whether the recording's folder exists."""

RELAY_TIMEOUT = 3.0
"""Seconds for relays to send the end of the stream."""

OnEvent = Callable[[Event], None]


class Stopped(Exception):
    """The service has requested the stop."""


class NotReady(Exception):
    """The page exceeded its ReadyTimeout twice."""


class Recording:
    """One recording. `on_event` gets its events; `stop` is done when it has to end."""

    def __init__(self, job: Job, on_event: OnEvent, stop: asyncio.Future[bytes]) -> None:
        self._job = job
        self._events = on_event
        self._stop = stop
        self._log = job.working / LOG
        self._screen = Screen.of(job.request)
        self._observer = Observer(
            job.request.record_url,
            self._screen.css_width * self._screen.css_height,
            {script.name: script.characters for script in missing_scripts()},
        )
        self._started = False
        self._ends: list[Callable[[], Coroutine[Any, Any, str]]] = []

    async def run(self) -> None:
        """Record until it is stopped or fails; then stop everything."""
        observing = self._observer.writing(self._job.working / REPORT)
        async with observing, AsyncExitStack() as running:
            try:
                await self._record(running)
            except Stopped:
                pass
            except PageError as error:
                self._start_failed(f"{NOT_OPENED}: {error}")
            except NotReady:
                self._start_failed(NOT_READY)
            except Exception as error:
                traceback.print_exception(error)
                if self._started:
                    reason = f"{BROKEN}: {type(error).__name__}; see {LOG} in the task's folder"
                    self._on_event(Event("abnormal", reason))
                else:
                    self._on_event(Event("start failed", f"{NOT_SET_UP}: {why_not_set_up(error)}"))

    async def _record(self, running: AsyncExitStack) -> None:
        environment, browser = await self._until_stopped(self._set_up(running))
        await self._until_stopped(self._show_while_browser_runs(browser))
        source = Source(
            environment["DISPLAY"], self._screen.width, self._screen.height, environment
        )
        relays: list[asyncio.Task[None]] = []
        running.push_async_callback(_drain, relays)
        encoding = Encoding(source, self._job, self._observer)
        running.push_async_callback(encoding.stop)
        await self._until_stopped(encoding.begin())
        self._report_started()
        relays.extend(asyncio.create_task(relay.run()) for relay in self._relays())
        reloader = Reloader(
            browser,
            self._job.request.record_url,
            self._job.options.opening_timeout,
            self._job.options.page_error_limit,
            lambda reason: self._on_event(Event("page refreshed", reason)),
        )
        reason = await self._until_stopped(self._first_end(encoding, reloader))
        self._on_event(Event("abnormal", reason))

    async def _set_up(self, running: AsyncExitStack) -> tuple[dict[str, str], Browser]:
        programs, job = find(), self._job
        size = (self._screen.width, self._screen.height)
        display = await Display.start(programs.xvfb, size, job.runtime, self._log)
        running.push_async_callback(display.stop)
        sound = await Sound.start(programs.pulseaudio, job.runtime, self._log)
        running.push_async_callback(sound.stop)
        environment = {**sound.environment, "DISPLAY": display.name}
        playwright = await self._start_driver(running)
        browser = await Browser.launch(
            playwright,
            programs.chromium,
            self._screen,
            environment,
            job.runtime,
            job.options,
            self._observer,
            job.request.record_url,
        )
        running.push_async_callback(browser.close)
        self._ends = [display.ended, sound.ended, browser.ended]
        return environment, browser

    async def _start_driver(self, running: AsyncExitStack) -> Playwright:
        try:
            return await running.enter_async_context(async_playwright())
        except Exception as error:
            why = await driver.failure(self._job.runtime)
            raise RuntimeError(why or f"{driver.NAME} did not start: {error}") from error

    async def _show_while_browser_runs(self, browser: Browser) -> None:
        shown = asyncio.ensure_future(self._show(browser))
        ended = asyncio.ensure_future(browser.ended())
        try:
            await asyncio.wait([shown, ended], return_when=asyncio.FIRST_COMPLETED)
            if ended.done():
                raise RuntimeError(ended.result())
            shown.result()
        finally:
            await cancel(ended, shown)

    async def _show(self, browser: Browser) -> None:
        url, wait = self._job.request.record_url, self._job.request.ready_timeout
        self._observer.opening()
        if not wait:
            await browser.open(url, self._job.options.opening_timeout)
        elif not await browser.open_until_ready(url, wait):
            self._on_event(Event("page refreshed"))
            if not await browser.open_until_ready(url, wait):
                raise NotReady

    def _report_started(self) -> None:
        self._started = True
        self._on_event(Event("started"))

    def _start_failed(self, why: str) -> None:
        self._observer.failed(why)
        self._on_event(Event("start failed", why))

    def _on_event(self, event: Event) -> None:
        self._observer.event(event)
        self._events(event)

    def _relays(self) -> list[Relay]:
        job = self._job
        return [
            Relay(target, job.working / LIVE_PLAYLIST, job.runtime, self._log, self._on_event)
            for target in job.request.publish_cdn_params
        ]

    async def _first_end(self, encoding: Encoding, reloader: Reloader) -> str:
        ends = (*self._ends, encoding.ended, self._folder_vanished, reloader.run)
        return await first(*(each() for each in ends))

    async def _folder_vanished(self) -> str:
        while self._job.recording.is_dir():
            await asyncio.sleep(FOLDER_POLL)
        return "the folder of the recording has vanished"

    async def _until_stopped(self, step: Coroutine[Any, Any, Any]) -> Any:
        """Returns the result of `step`. Raises Stopped if the service requests the stop first."""
        task = asyncio.ensure_future(step)
        await asyncio.wait([task, self._stop], return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            await cancel(task)
            raise Stopped
        return task.result()


async def _drain(relays: list[asyncio.Task[None]]) -> None:
    """Let the relays of a finished stream send its end."""
    if relays:
        await asyncio.wait(relays, timeout=RELAY_TIMEOUT)
    await cancel(*relays)
