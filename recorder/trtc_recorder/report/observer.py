"""Observes a page while it is recorded, for its report."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from ..tasks.events import Event
from . import page_report
from .page_report import FEW, FailedRequest, PageReport, WebGL
from .redactor import Redactor

WRITE_EVERY = 2.0
"""Seconds between two writes of a report that changes."""

SILENCE = -60.0
"""A second whose loudest sample is below this, in dB of full scale, is silent."""

APIS = {"webgl": "WebGL", "webgl2": "WebGL 2", "webgpu": "WebGPU"}

KINDS = 20
"""How many kinds of declined requests are counted apart."""


class Observer:
    """Observes one page; `report` is the result so far. Whatever a page sends is not trusted.

    `area` is the viewport's, in CSS pixels. `unwritten` has the scripts without a font, each with
    what matches its characters in a regular expression of JavaScript.
    """

    def __init__(self, url: str, area: int, unwritten: Mapping[str, str]) -> None:
        self.report = PageReport()
        self._unwritten = dict(unwritten)
        self._redactor = Redactor(url)
        self._area = area
        self._opened_at: float | None = None
        self._documents: dict[str, tuple[int, int, int]] = {}
        self._picture: str | None = None

    def script(self) -> str:
        """Returns the part of `init_script.js` that sends what `message` receives."""
        text = resources.files(__package__).joinpath("observer.js").read_text("utf-8")
        return text.replace("__UNWRITTEN__", json.dumps(self._unwritten))

    def opening(self) -> None:
        """The page is about to be opened."""
        self._opened_at = self._opened_at or time.time()

    def message(self, kind: str, detail: str) -> None:
        """A message of `init_script.js`."""
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            self._on_message(kind, detail)

    def event(self, event: Event) -> None:
        """An event of the recording."""
        if event.kind == "page refreshed":
            self._update(reloads=self.report.reloads + 1)
            if event.message and self.report.went_wrong is None:
                after = time.time() - (self._opened_at or time.time())
                self._update(went_wrong=event.message, went_wrong_after=after)
        elif event.kind == "abnormal":
            self.failed(event.message)

    def failed(self, why: str) -> None:
        """The page could not be recorded, or not to the end."""
        self._update(failure=why)

    def picture(self, checksum: str) -> None:
        """The picture of the next second."""
        if self._picture is not None:
            still = self.report.still_seconds + (checksum == self._picture)
            self._update(seconds=self.report.seconds + 1, still_seconds=still)
        self._picture = checksum

    def sound(self, peak: float) -> None:
        """The loudest sample of the next second, in dB of full scale."""
        silent = self.report.silent_seconds + (peak < SILENCE)
        self._update(listened_seconds=self.report.listened_seconds + 1, silent_seconds=silent)

    def request_failed(self, url: str, reason: str) -> None:
        """A request of the page, or of a frame of it, failed."""
        seen = self.report
        failed = FailedRequest(self._redactor.url(url), reason)
        more = (failed,) if len(seen.requests) < FEW else ()
        self._update(failed_requests=seen.failed_requests + 1, requests=seen.requests + more)

    def opened_again(self) -> None:
        """The page, which was not reached, is tried again: what failed does not count."""
        self._update(failed_requests=0, requests=())

    @asynccontextmanager
    async def writing(self, file: Path) -> AsyncIterator[None]:
        """Keep the report in a file up to date."""
        writing = asyncio.create_task(self._write(file))
        try:
            yield
        finally:
            writing.cancel()
            _save(self.report, file)

    async def _write(self, file: Path) -> None:
        written = None
        while True:
            if self.report != written:
                written = self.report
                _save(written, file)
            await asyncio.sleep(WRITE_EVERY)

    def _on_message(self, kind: str, detail: str) -> None:
        seen = self.report
        if kind == "painted" and self._opened_at and seen.first_paint is None:
            self._update(first_paint=max(float(detail) / 1000 - self._opened_at, 0.0))
        elif kind == "ready" and self._opened_at and seen.ready is None:
            self._update(ready=time.time() - self._opened_at)
        elif kind == "declined":
            what = self._redactor.text(detail)
            if what in seen.declined or len(seen.declined) < KINDS:
                count = seen.declined.get(what, 0) + 1
                self._update(declined={**seen.declined, what: count})
        elif kind == "console":
            more = (self._redactor.text(detail),) if len(seen.console) < FEW else ()
            self._update(console_errors=seen.console_errors + 1, console=seen.console + more)
        elif kind == "unwritten" and detail in self._unwritten and detail not in seen.unwritten:
            self._update(unwritten=(*seen.unwritten, detail))
        elif kind == "protected":
            self._update(protected=seen.protected + 1)
        elif kind == "seen":
            self._on_seen(**json.loads(detail))

    def _on_seen(
        self,
        id: str,
        top: bool,
        webgl: tuple[str, int],
        waiting: int,
        suspended: int,
        failed: int,
    ) -> None:
        if top and id not in self._documents:
            self._documents.clear()
        if id in self._documents or len(self._documents) < 100:
            self._documents[id] = int(waiting), int(suspended), int(failed)
        api, area = webgl
        share = min(area / self._area, 1.0)
        if area and (self.report.webgl is None or share > self.report.webgl.share):
            self._update(webgl=WebGL(APIS[api], share))
        waits, suspends, fails = map(sum, zip(*self._documents.values(), strict=True))
        self._update(waiting_videos=waits, suspended_sound=suspends, failed_videos=fails)

    def _update(self, **changes: Any) -> None:
        self.report = replace(self.report, **changes)


def _save(seen: PageReport, file: Path) -> None:
    with suppress(OSError):  # a full disk, or a folder that has vanished, ends the recording itself
        page_report.write(seen, file)
