"""The encoder on a real display and sound server: what it records, and how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from capture.display import Folders, player, size
from capture.media_probe import decoded, frame_times, probe
from capture.processes import gone
from trtc_recorder.media import outputs
from trtc_recorder.media.encoder import Encoder
from trtc_recorder.media.finish import finish
from trtc_recorder.media.source import Source
from waiting import eventually

pytestmark = pytest.mark.measures

SECONDS = 7.0
MP4_SECONDS = 3
BEAT = 0.73
"""Seconds between two flashes, each with a beep: no multiple of a frame's."""

FLASHES = (
    f"color=black:s=640x360:r=50,drawbox=c=white:t=fill:enable='lt(mod(t,{BEAT}),0.1)'[out0];"
    f"aevalsrc='sin(6283*t)*lt(mod(t,{BEAT}),0.1)':s=48000[out1]"
)
RATE = 8000


@dataclass(frozen=True)
class Made:
    """A recording of flashes and beeps that was stopped, and not yet finished."""

    folders: Folders
    first_frame: float
    seconds: float
    stopping: float
    reason: str


NAMES = ["recording_0.mp4", "recording_1.mp4", "recording.m3u8"]

TOGETHER = 0.1
"""Seconds between picture and sound at the most."""


@pytest.fixture(scope="module")
def made(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Made:
    async def record() -> Made:
        folders = Folders(tmp_path_factory.mktemp("made"))
        encoder = await folders.begin(
            source, outputs.live(), outputs.mp4(MP4_SECONDS), outputs.hls()
        )
        begun_at = await encoder.first_frame()
        waited = time.time() - begun_at
        await asyncio.sleep(SECONDS - waited)
        seconds = time.time() - begun_at
        await encoder.stop()
        stopping = time.time() - begun_at - seconds
        return Made(folders, waited, seconds, stopping, await encoder.ended())

    with player(source, FLASHES, tmp_path_factory.mktemp("player")):
        time.sleep(2)
        for _ in range(3):  # again, where the machine was too busy with other things
            made = asyncio.run(record())
            if all(is_together(lateness(made, name)) for name in NAMES):
                break
    return made


def lateness(made: Made, name: str) -> list[float]:
    """Seconds by which each beep of a file comes after its flash."""
    file = made.folders.recording / name
    beeped = beeps(file)
    return [
        beep - flash for flash in flashes(file) for beep in beeped if abs(beep - flash) < BEAT / 2
    ]


def is_together(late: list[float]) -> bool:
    """Whether sound and picture are within 100 ms of each other."""
    return len(late) >= 3 and abs(statistics.median(late)) < TOGETHER


def begins(lit: list[tuple[float, bool]]) -> list[float]:
    """When what has been dark for a while is lit."""
    found, last = [], 0.0
    for at, now in lit:
        if now:
            if at - last > 0.2:
                found.append(at)
            last = at
    return found


def flashes(file: Path) -> list[float]:
    raw = decoded(
        file, "-vf", "scale=2:2,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo"
    )
    return begins([(at, raw[4 * n] > 127) for n, at in enumerate(frame_times(file))])


def beeps(file: Path) -> list[float]:
    sound = ["-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", str(RATE), "-f", "u8"]
    return begins([(n / RATE, abs(v - 128) > 25) for n, v in enumerate(decoded(file, *sound))])


def as_long_as(made: Made, seconds: float) -> bool:
    """Whether that is how long it was recorded: until it was told to stop, or had stopped."""
    return 0.95 * made.seconds <= seconds <= 1.05 * (made.seconds + made.stopping)


def test_the_first_frame_is_reported_and_a_stop_finishes_at_once(made: Made) -> None:
    assert 0 < made.first_frame < 10
    assert made.reason == "the encoder ended with 0"
    assert made.stopping < 10
    assert made.folders.log.read_text() == ""


@pytest.mark.parametrize("name", NAMES)
def test_every_file_has_picture_and_sound_within_100_milliseconds(made: Made, name: str) -> None:
    seen = probe(made.folders.recording / name)
    assert (seen.width, seen.height, seen.sound) == (640, 360, True)
    late = lateness(made, name)
    assert is_together(late), late


def test_the_playlist_is_as_long_as_it_was_recorded_with_25_frames_a_second(made: Made) -> None:
    assert as_long_as(made, probe(made.folders.playlist).seconds)
    at = frame_times(made.folders.playlist)
    steps = {round(later - earlier, 3) for earlier, later in pairwise(at)}
    assert steps == {0.04}


def test_a_full_mp4_is_followed_by_the_next(made: Made) -> None:
    files = sorted(made.folders.recording.glob("*.mp4"))
    lengths = [len(frame_times(file)) / 25 for file in files]
    assert lengths[:-1] == [MP4_SECONDS] * (len(files) - 1)
    assert as_long_as(made, sum(lengths))


def test_the_live_playlist_holds_the_last_seconds_only(made: Made) -> None:
    live = made.folders.working / "live"
    listed = [line for line in (live / "live.m3u8").read_text().splitlines() if line[0] != "#"]
    assert 2 < len(listed) <= 6
    assert "live0.ts" not in listed
    assert {*listed} <= {path.name for path in live.iterdir()}
    assert len([*live.iterdir()]) <= 9


def test_killed_it_leaves_all_but_the_last_two_seconds(source: Source, tmp_path: Path) -> None:
    folders = Folders(tmp_path)

    async def record() -> tuple[str, float]:
        encoder = await folders.begin(
            source, outputs.live(), outputs.mp4(MP4_SECONDS), outputs.hls()
        )
        begun_at = await encoder.first_frame()
        await asyncio.sleep(5.7)
        os.kill(encoder.process_id, signal.SIGKILL)
        seconds = time.time() - begun_at
        reason = await encoder.ended()
        await encoder.stop()
        return reason, seconds

    reason, seconds = asyncio.run(record())
    assert reason == "the encoder was ended by SIGKILL"
    files = asyncio.run(finish(folders.recording, folders.log))
    mp4 = [folders.recording / file.name for file in files if file.format == "mp4"]
    assert len(mp4) == 2
    assert sum(len(frame_times(file)) for file in mp4) / 25 > seconds - 2
    assert len(frame_times(folders.playlist)) / 25 > seconds - 2


ORPHAN = """
import asyncio, sys
from pathlib import Path
from trtc_recorder.media import outputs
from trtc_recorder.media.encoder import Encoder
from trtc_recorder.media.source import Source

async def record(display, sound, path, root):
    environment = {"DISPLAY": display, "PULSE_SERVER": sound, "PATH": path, "HOME": root}
    source, root = Source(display, 640, 360, environment), Path(root)
    recording, working, runtime = (root / name for name in ("recording", "working", "runtime"))
    working.mkdir(), runtime.mkdir()
    encoder = await Encoder.begin(
        source, [outputs.live(), outputs.hls()], root / "log",
        recording=recording, working=working, runtime=runtime,
    )
    print(await encoder.first_frame(), encoder.process_id, flush=True)
    await encoder.ended()

asyncio.run(record(*sys.argv[1:]))
"""


def test_it_dies_with_its_parent_and_leaves_all_but_two_seconds(
    source: Source, tmp_path: Path
) -> None:
    arguments = [source.display, *(source.environment[name] for name in ("PULSE_SERVER", "PATH"))]
    command = [sys.executable, "-c", ORPHAN, *arguments, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        begun_at, encoder = parent.stdout.readline().split()
        assert not gone([int(encoder)])
        time.sleep(5)
        parent.kill()
        seconds = time.time() - float(begun_at)
    asyncio.run(eventually(lambda: gone([int(encoder)])))
    (file,) = asyncio.run(finish(tmp_path / "recording", tmp_path / "log"))
    assert seconds - 2 < file.seconds < seconds + 0.5
    assert (tmp_path / "recording" / file.name).read_text().endswith("#EXT-X-ENDLIST\n")


@pytest.mark.parametrize(
    ("slave", "name"),
    [(outputs.mp4(60), "recording_0.mp4"), (outputs.hls(), "recording_00000.ts")],
    ids=["mp4", "hls"],
)
def test_a_full_disk_ends_it(source: Source, tmp_path: Path, slave: str, name: str) -> None:
    folders = Folders(tmp_path)
    folders.recording.mkdir(parents=True)
    (folders.recording / name).symlink_to("/dev/full")
    assert ended(source, folders, slave) == "disk full"


def test_a_vanished_folder_ends_it_at_the_next_file(source: Source, tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    reason = ended(source, folders, outputs.mp4(2), vanish=True)
    assert reason == "the folder of the recording has vanished"


def test_the_live_playlist_cannot_end_it(source: Source, tmp_path: Path) -> None:
    folders = Folders(tmp_path)

    async def record() -> str:
        encoder = await folders.begin(source, outputs.live(), outputs.mp4(60))
        await encoder.first_frame()
        (folders.working / "live").rename(folders.working / "gone")
        await asyncio.sleep(3)
        await encoder.stop()
        return await encoder.ended()

    assert asyncio.run(record()) == "the encoder ended with 0"
    assert probe(folders.mp4()).seconds > 3


def test_without_a_display_there_is_no_first_frame(source: Source, tmp_path: Path) -> None:
    nowhere = Source(":987", 640, 360, source.environment)

    async def record() -> None:
        encoder = await Folders(tmp_path).begin(nowhere, outputs.mp4(60))
        try:
            await encoder.first_frame()
        finally:
            await encoder.stop()

    with pytest.raises(RuntimeError, match="the encoder ended with 1"):
        asyncio.run(record())


def ended(source: Source, folders: Folders, slave: str, vanish: bool = False) -> str:
    """Why an encoder ends that cannot write."""

    async def record() -> str:
        encoder: Encoder = await folders.begin(source, outputs.live(), slave)
        try:
            if vanish:
                await eventually(lambda: size(folders.mp4()) > 0)
                folders.recording.rename(folders.runtime / "elsewhere")
            return await asyncio.wait_for(encoder.ended(), 20)
        finally:
            await encoder.stop()

    return asyncio.run(record())
