"""Relays a recording to one RTMP server; a failure does not affect the recording."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from trtc_webrecord.declaration.spec import McuPublishCdnParam

from ..cancellation import cancel
from ..errors import BROKEN
from ..tasks.events import Event, Relayed, RelayState
from ..tasks.redaction import origin
from . import child_processes

PAUSE = 1.0
"""Seconds before reconnecting."""

POLL = 0.2
"""Seconds between two checks of the live playlist."""

SILENCE = 10
"""Seconds without a byte sent or received before a connection is closed."""

REPEAT = 5.0
"""Seconds after which a state is reported again until the target is reached."""

REPORTS = 12
"""How often it is reported before the relay gives up: after 60 s, as the vendor does."""

LONGEST = 900
"""Maximum bytes of a stream key that ffmpeg reads from a file."""

ERRORS = frozenset(map(os.strerror, errno.errorcode))

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath)}


class Relay:
    """Sends a live playlist to a CDN target, and reconnects until that has failed for 60 s.

    `runtime` is a folder for temporary files. The list of processes and the log show only scheme,
    host and port of the target. `on_event` is called with each state and the complete URL.
    """

    def __init__(
        self,
        target: McuPublishCdnParam,
        live: Path,
        runtime: Path,
        log: Path,
        on_event: Callable[[Event], None],
    ) -> None:
        self._url = target.publish_cdn_url
        self._server = origin(target.publish_cdn_url)
        self._live = live
        self._runtime = runtime
        self._log = log
        self._on_event = on_event
        self._last_logged = ""
        self._cause = ""
        self._up = asyncio.Event()
        self._down = asyncio.Event()

    async def run(self) -> None:
        """Relay until the recording has ended, it has failed for 60 s or the task is cancelled."""
        try:
            stream = stream_options(self._url)
        except ValueError as error:
            self._log_change(f"not possible: {error}")
            self._report("failed", str(error))
            self._report("idle")
            return
        own = Path(tempfile.mkdtemp(prefix="relay-", dir=self._runtime))
        try:
            preset = own / "stream.ffpreset"
            preset.touch(mode=0o600, exist_ok=False)
            preset.write_text("".join(f"{name}={value}\n" for name, value in stream.items()))
            await self._relay(preset, own / "log")
        finally:
            shutil.rmtree(own, ignore_errors=True)

    async def _relay(self, preset: Path, log: Path) -> None:
        reconnecting = asyncio.ensure_future(self._reconnect(preset, log))
        reporting = asyncio.ensure_future(self._report_until_given_up())
        try:
            await asyncio.wait([reconnecting, reporting], return_when=asyncio.FIRST_COMPLETED)
        finally:
            broken = reconnecting.done() and reconnecting.exception()
            if broken:
                self._cause = f"{BROKEN}: {type(broken).__name__}"
            given_up = reporting.done() or bool(broken)
            if not given_up:
                self._report("disconnecting")
            await cancel(reconnecting, reporting)
            if given_up:
                self._log_change("given up")
                self._report("failed", self._cause)
            self._report("idle")

    async def _report_until_given_up(self) -> None:
        state: RelayState = "connecting"
        while True:
            for _ in range(REPORTS):
                self._report(state, self._cause)
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._up.wait(), REPEAT)
                    break
            else:
                return
            self._report("running")
            await self._down.wait()
            state = "recovering"

    async def _reconnect(self, preset: Path, log: Path) -> None:
        while await self._is_live():
            cause = await self._connect(preset, log)
            self._log_change(cause or "ended")
            if cause:
                self._cause = cause
                self._up.clear()
                self._down.set()
            await asyncio.sleep(PAUSE)

    async def _is_live(self) -> bool:
        """Wait for the playlist; whether it is still live."""
        while True:
            with suppress(FileNotFoundError):
                return "#EXT-X-ENDLIST" not in self._live.read_text()
            await asyncio.sleep(POLL)

    async def _connect(self, preset: Path, log: Path) -> str:
        """Relay until the connection ends; return the cause, "" at the end of the recording."""
        log.unlink(missing_ok=True)
        process = await child_processes.start(
            [
                *("ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-loglevel", "error"),
                *("-progress", "pipe:1"),
                *("-i", self._live.name, "-c", "copy", "-rw_timeout", str(SILENCE * 10**6)),
                *("-f", "flv", "-flvflags", "no_duration_filesize", "-fpre", preset, self._server),
            ],
            environment=ENVIRONMENT,
            folder=self._live.parent,
            log=log,
            stdout=PIPE,
        )
        try:
            await self._read_progress(process)
            code = await process.wait()
        finally:
            await child_processes.end(process)
        return _cause(log) if code else ""

    async def _read_progress(self, process: Process) -> None:
        """Read to the end. Once a frame was sent, the server has accepted the stream."""
        assert process.stdout is not None  # noqa: S101
        async for line in process.stdout:
            name, _, value = line.decode().strip().partition("=")
            if name == "frame" and int(value):
                self._down.clear()
                self._up.set()

    def _report(self, state: RelayState, message: str = "") -> None:
        self._on_event(Event("relay", message, relayed=Relayed(state, self._url)))

    def _log_change(self, what: str) -> None:
        """Log it, unless it was logged last."""
        if what != self._last_logged:
            self._last_logged = what
            with suppress(OSError), self._log.open("a") as log:
                log.write(f"relay to {self._server}: {what}\n")


def stream_options(url: str) -> dict[str, str]:
    """Returns the application and the stream of an RTMP URL, as options of ffmpeg.

    The stream is the last part of the path, with the query. Raises ValueError, without the URL in
    its message, if they cannot be kept out of a command line.
    """
    authority, _, rest = url.partition("://")[2].partition("/")
    if "@" in authority:
        raise ValueError("user info in the URL would show in the list of processes")
    path = rest.partition("?")[0]
    slash = path.rfind("/") if "/" in path else rest.rfind("/")
    app, stream = (rest, "") if slash < 0 else (rest[:slash], rest[slash + 1 :])
    if max(len(app.encode()), len(stream.encode())) > LONGEST:
        raise ValueError(f"the URL's path is longer than {LONGEST} bytes")
    return {"rtmp_app": app, "rtmp_playpath": stream}


def _cause(log: Path) -> str:
    """Returns the system error in the log; a server's message may contain the stream key."""
    for line in reversed(log.read_text(errors="replace").splitlines()):
        error = line.rpartition(": ")[2]
        if error in ERRORS:
            return error
    return "failed"
