"""The encoder: one ffmpeg process that writes video and audio of a page to all files."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import time
from asyncio import FIRST_COMPLETED
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..tasks.storage import LIVE_PLAYLIST
from . import child_processes
from .source import Source

FRAMES_PER_SECOND = 25

FIRST_FRAME_TIMEOUT = 20.0
"""Seconds for the first frame."""

LEAD = 0.4
"""Seconds from the encoder's start to the recording's second 0. Earlier frames are dropped;
without that the recording would start with a frozen frame."""

TIMEOUT = 3.0
"""Seconds for the encoder to end after `q`, before it gets SIGINT."""

LOG_TAIL = 4096
"""Bytes at the end of the log that are searched for the error."""

LITTLE = 2**18
"""A disk with fewer free bytes counts as full; then the log may be empty, as it is on it, too."""

DISK_FULL = "disk full"

COLOURS = [
    "-vf",
    "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
    "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv",
]
"""BT.709 at limited range, and tagged so: what players take for granted, untagged or not, of HD.
The frames have the tags, because ffmpeg 7 overrides those of the encoder with the frames'."""

TIMED = "aresample=async=480:min_comp=0.02:first_pts=0:flags=res"
"""Sound that is 20 ms off its timestamps is stretched or squeezed, by 1 % at the most, until it is
not; `async=1` lets it be off by 100 ms, and then cuts. Without `flags=res` the first correction
starts the resampler, which begins at `first_pts` again: as much silence as there was sound."""

CAUSES = {
    os.strerror(errno.ENOSPC): DISK_FULL,
    os.strerror(errno.EDQUOT): DISK_FULL,
    os.strerror(errno.ENOENT): "the folder of the recording has vanished",
}
"""System errors in the log, and the end reason of each."""


def command(source: Source, outputs: Sequence[str], begun_at: float) -> list[str]:
    """Returns the encoder's command line. `begun_at` is the Unix time of the recording's second 0.

    The audio input is opened first: it is buffered until the first frame, and both keep their
    capture timestamps. Without look-ahead, sound need not wait for the picture, and no more
    than the last fragment is lost when the encoder is killed.
    """
    rate = str(FRAMES_PER_SECOND)
    progress = ["-hide_banner", "-nostats", "-loglevel", "error"]
    progress += ["-stats_period", "0.1", "-progress", "pipe:1"]
    h264 = ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-crf", "23"]
    h264 += ["-maxrate", "6M", "-bufsize", "12M", *COLOURS]
    h264 += ["-fps_mode", "cfr", "-r", rate, "-g", rate, "-keyint_min", rate, "-sc_threshold", "0"]
    aac = ["-af", f"atrim=start=0,{TIMED}", "-c:a", "aac", "-b:a", "128k"]
    files = ["-flags", "+global_header", "-f", "tee", "|".join(outputs)]
    return [
        *("ffmpeg", *progress, "-y", "-copyts"),
        *(*source.sound(begun_at), *source.picture(FRAMES_PER_SECOND, begun_at)),
        *("-map", "1:v", "-map", "0:a", *h264, *aac, *files),
    ]


class Encoder:
    """A running encoder."""

    def __init__(
        self,
        process: Process,
        begun_at: float,
        recording: Path,
        log: Path,
        logged: int,
    ) -> None:
        self._process = process
        self._begun_at = begun_at
        self._recording = recording
        self._log = log
        self._logged = logged
        self._encoded = asyncio.Event()
        self._reading = asyncio.create_task(self._read_progress())

    @classmethod
    async def begin(
        cls,
        source: Source,
        outputs: Sequence[str],
        log: Path,
        *,
        recording: Path,
        working: Path,
        runtime: Path,
    ) -> Encoder:
        """Start recording into these folders of `Job`.

        When this process dies, the encoder gets SIGKILL and `finish` completes its files. A softer
        signal would arrive once for each thread of this process, and the second one makes ffmpeg
        drop the playlist. Raises OSError.
        """
        folder = _own_folder(runtime, recording=recording, working=working)
        logged = log.stat().st_size if log.exists() else 0
        begun_at = time.time() + LEAD
        process = await child_processes.start(
            command(source, outputs, begun_at),
            environment=source.environment,
            log=log,
            folder=folder,
            stdout=PIPE,
        )
        return cls(process, begun_at, recording, log, logged)

    @property
    def process_id(self) -> int:
        """Its process id."""
        return self._process.pid

    async def first_frame(self) -> float:
        """Returns the Unix time at which the recording begins, once a frame of it is encoded.

        Raises ProgramFailed after FIRST_FRAME_TIMEOUT or if the encoder ends.
        """
        encoded = asyncio.ensure_future(self._encoded.wait())
        try:
            await asyncio.wait(
                [encoded, self._reading], timeout=FIRST_FRAME_TIMEOUT, return_when=FIRST_COMPLETED
            )
        finally:
            encoded.cancel()
        if not self._encoded.is_set():
            over = self._reading.done()
            why = await self.ended() if over else "the encoder got no picture"
            raise child_processes.ProgramFailed(why, "\n".join(self._log_tail()))
        return self._begun_at

    async def ended(self) -> str:
        """Wait for its end; return the reason. Raises what went wrong with reading its output."""
        await asyncio.wait([self._reading])
        self._reading.result()
        code = await self._process.wait()
        if code < 0:
            return f"the encoder was ended by {signal.Signals(-code).name}"
        if code and _free(self._recording) < LITTLE:
            return DISK_FULL
        lines = self._log_tail() if code else []
        causes = (CAUSES[error] for line in reversed(lines) for error in CAUSES if error in line)
        return next(causes, f"the encoder ended with {code}")

    async def stop(self) -> None:
        """End it; its files are complete, in fragments."""
        if self._process.returncode is None and self._process.stdin is not None:
            with suppress(ConnectionError, asyncio.TimeoutError):
                self._process.stdin.write(b"q")
                await asyncio.wait_for(self._process.wait(), TIMEOUT)
        await child_processes.end(self._process, politely=signal.SIGINT)
        await asyncio.wait([self._reading])

    async def kill(self) -> None:
        """End it at once. Its live playlist stays open, for another encoder to continue."""
        await child_processes.end(self._process, politely=signal.SIGKILL)
        await asyncio.wait([self._reading])

    def _log_tail(self) -> list[str]:
        try:
            with self._log.open("rb") as log:
                log.seek(max(self._logged, log.seek(0, os.SEEK_END) - LOG_TAIL))
                return log.read().decode(errors="replace").splitlines()
        except OSError as error:
            return [str(error)]

    async def _read_progress(self) -> None:
        """Read to the end: a full pipe would block the encoder."""
        assert self._process.stdout is not None  # noqa: S101
        async for line in self._process.stdout:
            name, _, value = line.decode().strip().partition("=")
            if name == "frame" and int(value):
                self._encoded.set()


def _own_folder(runtime: Path, **links: Path) -> Path:
    """Returns a working directory with a symlink for each of `links`."""
    own = runtime / "encoder"
    own.mkdir(exist_ok=True)
    (links["working"] / LIVE_PLAYLIST).parent.mkdir(parents=True, exist_ok=True)
    links["recording"].mkdir(parents=True, exist_ok=True)
    for name, folder in links.items():
        if not (own / name).is_symlink():
            (own / name).symlink_to(folder.absolute())
    return own


def _free(folder: Path) -> int:
    """Returns the free bytes on the disk of a folder."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return LITTLE
