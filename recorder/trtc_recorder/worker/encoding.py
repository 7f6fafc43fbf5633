"""Encodes a page that is displayed until its end, whatever happens to the system's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from ..cancellation import Result, first
from ..media import clock
from ..media.encoder import Encoder
from ..media.monitor import Monitor
from ..media.outputs import outputs
from ..media.source import Source
from ..report.observer import Observer
from ..tasks.storage import LOG
from .job import Job


class Encoding:
    """The encoder of a recording, and the monitor beside it.

    ffmpeg's timestamps are of the system's clock. When that is set, a new encoder goes on in
    further files: the old one would wait for as long as the clock was set back, or repeat a frame
    for as long as it was set forward.
    """

    def __init__(self, source: Source, job: Job, observer: Observer) -> None:
        self._source = source
        self._job = job
        self._observer = observer
        self._log = job.working / LOG
        self._encoder: Encoder | None = None
        self._monitor: Monitor | None = None
        self._since = 0.0

    async def begin(self) -> None:
        """Return once a frame is encoded. Raises OSError and RuntimeError."""
        encoded = None
        while encoded is None:
            self._since = clock.ahead()
            encoder = await self._begin()
            encoded = await self._unless_clock_is_set(encoder, encoder.first_frame())

    async def _begin(self) -> Encoder:
        job = self._job
        if self._monitor is not None:
            await self._monitor.stop()
        self._monitor = await Monitor.begin(
            self._source, job.working, self._log, self._observer.picture, self._observer.sound
        )
        self._encoder = await Encoder.begin(
            self._source,
            outputs(job.request, job.recording),
            self._log,
            recording=job.recording,
            working=job.working,
            runtime=job.runtime,
        )
        return self._encoder

    async def ended(self) -> str:
        """Wait for its end; return the reason."""
        while True:
            assert self._encoder is not None  # noqa: S101
            if reason := await self._unless_clock_is_set(self._encoder, self._encoder.ended()):
                return reason
            try:
                await self.begin()
            except RuntimeError as error:
                return str(error)

    async def stop(self) -> None:
        """End it; its files are complete, in fragments."""
        if self._encoder is not None:
            await self._encoder.stop()
        if self._monitor is not None:
            await self._monitor.stop()

    async def _unless_clock_is_set(
        self, encoder: Encoder, step: Coroutine[Any, Any, Result]
    ) -> Result | None:
        """Return the result of a step; None, and the encoder is killed, if the clock is set."""
        result = await first(step, self._clock_is_set())
        if result is None:
            await encoder.kill()
        return result

    async def _clock_is_set(self) -> None:
        """Return when it is set; never where it cannot be watched."""
        try:
            by = await clock.is_set(self._since)
        except OSError as error:
            self._write(f"whether the system's clock is set is not known: {error}")
            await asyncio.get_running_loop().create_future()
        self._write(f"the system's clock was set by {by:+.1f} s: a new encoder goes on")

    def _write(self, line: str) -> None:
        with suppress(OSError), self._log.open("a") as log:
            log.write(f"{line}\n")
