"""The encoder: one ffmpeg that takes a page's picture and sound into all of its files."""

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

from ..tasks.storage import LIVE_PLAYLIST, POSTER
from . import children, poster
from .source import Source

FRAMES_PER_SECOND = 25

FIRST_FRAME_PATIENCE = 20.0
"""Seconds for the first frame to come."""

LEAD = 0.4
"""Seconds from the encoder's start to the recording's second 0. What is taken before is dropped;
without it the recording would begin with a still of as long as the encoder takes to come up."""

PATIENCE = 3.0
"""Seconds for the encoder to end once it is told to, before it is interrupted."""

LOG_TAIL = 4096
"""Bytes of the log in which the cause of an end is looked for."""

LITTLE = 2**18
"""Bytes free on a disk that is full; the log is on it, too, and may say nothing."""

DISK_FULL = "disk full"

CAUSES = {
    os.strerror(errno.ENOSPC): DISK_FULL,
    os.strerror(errno.EDQUOT): DISK_FULL,
    os.strerror(errno.ENOENT): "the folder of the recording has vanished",
}
"""What a system's error in the log comes to."""


def command(source: Source, outputs: Sequence[str], begun_at: float) -> list[str]:
    """The encoder's command line. `begun_at` is the Unix time of the recording's second 0.

    The sound is opened first: it is buffered until the picture comes, and both keep the time at
    which they were taken. Without look-ahead, sound need not wait for the picture, and no more
    than the last fragment is lost when the encoder is killed.
    """
    rate = str(FRAMES_PER_SECOND)
    say = [
        "-hide_banner",
        "-nostats",
        "-loglevel",
        "error",
        "-stats_period",
        "0.1",
        "-progress",
        "pipe:1",
    ]
    h264 = ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-crf", "23"]
    h264 += ["-maxrate", "6M", "-bufsize", "12M", "-pix_fmt", "yuv420p"]
    h264 += ["-fps_mode", "cfr", "-r", rate, "-g", rate, "-keyint_min", rate, "-sc_threshold", "0"]
    aac = ["-af", "atrim=start=0,aresample=async=1:first_pts=0", "-c:a", "aac", "-b:a", "128k"]
    files = ["-flags", "+global_header", "-f", "tee", "|".join(outputs)]
    return [
        *("ffmpeg", *say, "-y", "-copyts"),
        *(*source.sound(begun_at), *source.picture(FRAMES_PER_SECOND, begun_at)),
        *("-map", "1:v", "-map", "0:a", *h264, *aac, *files),
    ]


class Encoder:
    """A running encoder."""

    def __init__(
        self,
        process: Process,
        still: Process,
        begun_at: float,
        recording: Path,
        log: Path,
        logged: int,
    ) -> None:
        self._process = process
        self._still = still
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
        """Begin to record into these folders, which are `Job`'s, and to keep the poster.

        When this process dies, the encoder is killed and `finish` completes its files: a signal to
        end them itself would come once for each thread of this process, and the second makes
        ffmpeg drop the playlist. Raises OSError.
        """
        folder = _own_folder(runtime, recording=recording, working=working)
        still = await poster.start(source, folder, f"working/{POSTER}", log)
        logged = log.stat().st_size if log.exists() else 0
        begun_at = time.time() + LEAD
        process = await children.start(
            command(source, outputs, begun_at),
            environment=source.environment,
            log=log,
            folder=folder,
            stdout=PIPE,
        )
        return cls(process, still, begun_at, recording, log, logged)

    @property
    def process_id(self) -> int:
        """The number of its process."""
        return self._process.pid

    async def first_frame(self) -> float:
        """The Unix time at which the recording begins, once a frame of it is encoded.

        Raises RuntimeError where none comes.
        """
        encoded = asyncio.ensure_future(self._encoded.wait())
        try:
            await asyncio.wait(
                [encoded, self._reading], timeout=FIRST_FRAME_PATIENCE, return_when=FIRST_COMPLETED
            )
        finally:
            encoded.cancel()
        if not self._encoded.is_set():
            over = self._reading.done()
            raise RuntimeError(await self.ended() if over else "the encoder got no picture")
        return self._begun_at

    async def ended(self) -> str:
        """Return why, once it has ended."""
        code = await self._process.wait()
        if code < 0:
            return f"the encoder was ended by {signal.Signals(-code).name}"
        if code and _free(self._recording) < LITTLE:
            return DISK_FULL
        said = self._last_words() if code else []
        causes = (CAUSES[error] for line in reversed(said) for error in CAUSES if error in line)
        return next(causes, f"the encoder ended with {code}")

    async def stop(self) -> None:
        """End it; its files are whole, but for being fragmented."""
        if self._process.returncode is None and self._process.stdin is not None:
            with suppress(ConnectionError, asyncio.TimeoutError):
                self._process.stdin.write(b"q")
                await asyncio.wait_for(self._process.wait(), PATIENCE)
        await children.end(self._process, politely=signal.SIGINT)
        await self._reading
        await children.end(self._still)

    def _last_words(self) -> list[str]:
        try:
            with self._log.open("rb") as log:
                log.seek(max(self._logged, log.seek(0, os.SEEK_END) - LOG_TAIL))
                return log.read().decode(errors="replace").splitlines()
        except OSError as error:
            return [str(error)]

    async def _read_progress(self) -> None:
        """Read to the end, or the encoder would wait for it."""
        assert self._process.stdout is not None  # noqa: S101
        async for line in self._process.stdout:
            name, _, value = line.decode().strip().partition("=")
            if name == "frame" and int(value):
                self._encoded.set()


def _own_folder(runtime: Path, **links: Path) -> Path:
    """A folder to run in, from which each name of `links` leads to its folder."""
    own = runtime / "encoder"
    own.mkdir(exist_ok=True)
    (links["working"] / LIVE_PLAYLIST).parent.mkdir(parents=True, exist_ok=True)
    links["recording"].mkdir(parents=True, exist_ok=True)
    for name, folder in links.items():
        (own / name).symlink_to(folder.absolute())
    return own


def _free(folder: Path) -> int:
    """Bytes free on the disk of a folder."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return LITTLE
