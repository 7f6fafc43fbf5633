"""What a recording comes to: its files, their length, picture and sound, and what is told of it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from capture.pages import Pages
from capture.rtmp import RtmpServer, free_port
from capture.studio import BUCKET, LocalStudio, local_studio
from capture.video import frames, probe, sound_is_late_by
from waiting import until

ENOUGH = 24
"""Distinct frames a second that a recording has at the least."""

TOGETHER = 0.1
"""Seconds between picture and sound at the most."""

SECONDS = 12.0
"""How long the recordings are that are looked at for their length."""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with local_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


@dataclass(frozen=True)
class Recorded:
    """A recording that was made.

    `seconds` is how long it ran, from the callback of its start to the stop, and `stopping` how
    long that took.
    """

    task_id: str
    seconds: float
    stopping: float
    files: list[Path]


def record(studio: LocalStudio, url: str, seconds: float, **changes: object) -> Recorded:
    task_id = studio.start(url, **changes)
    studio.await_start(task_id)
    time.sleep(seconds)
    stopped_at = time.time()
    studio.stop(task_id)
    assert studio.await_end(task_id) == "stopped"
    stopping = time.time() - stopped_at
    begun = next(told for told in studio.callbacks.of(task_id) if told["EventType"] == 801)
    seconds = stopped_at - begun["EventInfo"]["EventMsTs"] / 1000
    return Recorded(task_id, seconds, stopping, studio.files(task_id))


@pytest.fixture(scope="module")
def mp4(studio: LocalStudio, pages: Pages) -> Recorded:
    """A recording; where the machine was too busy with other things, the third at last."""
    for _ in range(3):
        made = record(studio, f"{pages.address}/clock", SECONDS)
        if distinct_frames(made) >= ENOUGH and abs(sound_is_late_by(made.files[0])) <= TOGETHER:
            break
    return made


def is_as_long_as_it_ran(made: Recorded, seconds: float) -> bool:
    """Whether it ends between the stop and the end of the task."""
    return 0.95 * made.seconds <= seconds <= 1.05 * (made.seconds + made.stopping)


def distinct_frames(made: Recorded) -> float:
    """Distinct frames a second."""
    numbers = {frame.number for frame in frames(made.files[0])}
    return len(numbers) / probe(made.files[0]).seconds


def test_an_mp4_lands_where_cos_would_have_it(studio: LocalStudio, mp4: Recorded) -> None:
    (file,) = mp4.files
    root = studio.storage.data / "cos" / BUCKET / "math" / "monday" / mp4.task_id
    assert file == root / "recording_0.mp4"
    assert [path.name for path in root.iterdir()] == ["recording_0.mp4"]


def test_an_mp4_is_as_long_as_it_was_recorded(mp4: Recorded) -> None:
    seen = probe(mp4.files[0])
    assert is_as_long_as_it_ran(mp4, seen.seconds)
    assert (seen.width, seen.height, seen.sound) == (1280, 720, True)


def test_an_mp4_has_distinct_frames_in_order(mp4: Recorded) -> None:
    numbers = [frame.number for frame in frames(mp4.files[0])]
    assert numbers == sorted(numbers)
    assert distinct_frames(mp4) >= ENOUGH


def test_sound_and_picture_are_together(mp4: Recorded) -> None:
    assert abs(sound_is_late_by(mp4.files[0])) <= TOGETHER


def test_a_stop_finishes_at_once(mp4: Recorded) -> None:
    assert mp4.stopping < 10


def test_the_callbacks_tell_the_life_of_a_recording(studio: LocalStudio, mp4: Recorded) -> None:
    until(lambda: (310, 0) in studio.callbacks.types(mp4.task_id))
    assert studio.callbacks.types(mp4.task_id) == [(801, 1), (802, 1), (310, 0)]


def test_hls_has_its_end_and_all_its_parts(studio: LocalStudio, pages: Pages) -> None:
    video = {"Width": 640, "Height": 360, "Format": "hls"}
    made = record(studio, f"{pages.address}/clock", 10, WebRecordVideoParams=video)
    (playlist,) = made.files
    assert playlist.name == "recording.m3u8"
    text = playlist.read_text()
    assert text.rstrip().endswith("#EXT-X-ENDLIST")
    parts = {line for line in text.splitlines() if not line.startswith("#")}
    assert parts == {path.name for path in playlist.parent.glob("*.ts")}
    seen = probe(playlist)
    assert (seen.width, seen.height, seen.sound) == (640, 360, True)
    assert is_as_long_as_it_ran(made, seen.seconds)
    until(lambda: (305, 0) in studio.callbacks.types(made.task_id))


def test_vod_gets_the_kinds_of_files_that_its_media_type_says(
    studio: LocalStudio, pages: Pages
) -> None:
    vod = {"CloudVod": {"TencentVod": {"MediaType": 3, "SubAppId": 1500000001}}}
    made = record(studio, f"{pages.address}/clock", 3, StorageParams=vod)
    assert sorted(file.name for file in made.files) == ["recording.m3u8", "recording_0.mp4"]
    assert made.files[0].parent.parent == studio.storage.data / "vod" / "1500000001"
    assert all(probe(file).seconds > 2 for file in made.files)
    until(lambda: (312, 0) in studio.callbacks.types(made.task_id))


def test_the_longest_duration_ends_a_recording(studio: LocalStudio, pages: Pages) -> None:
    task_id = studio.start(f"{pages.address}/clock", MaxDurationLimit=1800)
    studio.await_start(task_id)
    time.sleep(2)
    studio.recorder.advance(1800)
    assert studio.await_end(task_id) == "MaxDurationLimit"
    assert probe(studio.files(task_id)[0]).seconds > 1
    until(lambda: (310, 0) in studio.callbacks.types(task_id))
    assert studio.callbacks.types(task_id)[:3] == [(801, 1), (804, 1), (802, 1)]


@pytest.mark.parametrize(
    ("device", "orientation", "viewport", "size", "calls_itself_mobile"),
    [
        (0, 0, ["360", "640"], (720, 1280), "true"),
        (0, 1, ["640", "360"], (1280, 720), "true"),
        (1, 0, ["600", "960"], (1200, 1920), "false"),
        (1, 1, ["960", "600"], (1920, 1200), "false"),
    ],
)
def test_a_phone_or_tablet_is_what_the_page_sees(
    studio: LocalStudio,
    pages: Pages,
    device: int,
    orientation: int,
    viewport: list[str],
    size: tuple[int, int],
    calls_itself_mobile: str,
) -> None:
    pages.asked.clear()
    mobile = {"MobileDeviceType": device, "ScreenOrientation": orientation}
    made = record(studio, f"{pages.address}/viewport", 1, EmulateMobileParams=mobile)
    seen = probe(made.files[0])
    assert (seen.width, seen.height) == size
    assert pages.reports() == [[*viewport, "2", "5", calls_itself_mobile]]


def test_a_poster_and_a_live_playlist_are_there_while_it_runs(
    studio: LocalStudio, pages: Pages
) -> None:
    task_id = studio.start(f"{pages.address}/clock")
    working = studio.storage.working(studio.task(task_id))
    until(lambda: (working / "poster.jpg").exists())
    until(lambda: (working / "live/live.m3u8").exists())
    studio.stop(task_id)
    studio.await_end(task_id)
    assert (working / "poster.jpg").exists()
    until(lambda: not (working / "live").exists())


def test_cdn_targets_get_the_page_and_a_dead_one_costs_nothing(
    studio: LocalStudio, pages: Pages, tmp_path: Path
) -> None:
    server = RtmpServer(tmp_path)
    targets = [
        {"PublishCdnUrl": server.url("live/west/lesson?txSecret=CANARY")},
        {"PublishCdnUrl": f"rtmp://127.0.0.1:{free_port()}/live/nobody?txSecret=CANARY"},
    ]
    with server.running():
        task_id = studio.start(f"{pages.address}/clock", PublishCdnParams=targets)
        studio.await_start(task_id)
        until(lambda: server.received() and server.received()[0].stat().st_size > 50_000)
        listed = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, check=True)
        studio.stop(task_id)
        assert studio.await_end(task_id) == "stopped"
    assert b"CANARY" not in listed.stdout
    sent = probe(server.received()[0])
    assert (sent.width, sent.height, sent.sound) == (1280, 720, True)
    assert probe(studio.files(task_id)[0]).seconds > 3
    log = studio.storage.working(studio.task(task_id)) / "recorder.log"
    assert "Connection refused" in log.read_text()
    assert "CANARY" not in log.read_text()
