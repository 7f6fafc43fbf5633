"""What becomes of the files that an encoder left, whatever ended it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from capture.media_probe import frame_count, probe
from capture.sample_media import (
    ENDED_AT,
    boxes,
    finished,
    names,
    playlist_of,
    segments_in,
    write,
)
from trtc_recorder.media.finish import finish


def test_an_mp4_in_fragments_becomes_a_plain_one(folder: Path, fragmented: bytes) -> None:
    write(folder, recording_0_mp4=fragmented)
    (file,) = finished(folder)
    kinds = boxes(folder / "recording_0.mp4")
    assert "moof" not in kinds
    assert kinds.index("moov") < kinds.index("mdat")
    assert frame_count(folder / "recording_0.mp4") == 150
    assert file.name == "recording_0.mp4"
    assert file.seconds == pytest.approx(6, abs=0.1)
    assert file.begun_at == pytest.approx(ENDED_AT - 6, abs=0.1)


def test_an_mp4_that_was_cut_off_plays_up_to_there(folder: Path, fragmented: bytes) -> None:
    write(folder, recording_0_mp4=fragmented[: len(fragmented) * 3 // 4])
    (file,) = asyncio.run(finish(folder, folder / "gone" / "recorder.log"))
    assert 3 < file.seconds < 6
    assert frame_count(folder / "recording_0.mp4") / 25 > file.seconds - 1.1


def test_several_come_in_the_order_of_their_numbers_without_leftovers(
    folder: Path, fragmented: bytes
) -> None:
    mp4s = {f"recording_{number}_mp4": fragmented for number in (10, 9, 2, 0)}
    write(folder, **mp4s, recording_1_mp4=b"", recording_0_mp4_tmp=fragmented[:5000])
    write(folder, recording_m3u8_tmp=b"#EXTM3U")
    files = [file.name for file in finished(folder)]
    assert files == [f"recording_{number}.mp4" for number in (0, 2, 9, 10)]
    assert names(folder) == set(files)


def test_it_may_be_repeated(folder: Path, fragmented: bytes, segments: list[bytes]) -> None:
    write(folder, recording_0_mp4=fragmented, recording_00000_ts=segments[0])
    once = finished(folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert finished(folder) == once
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_what_holds_no_frame_is_removed(folder: Path, fragmented: bytes) -> None:
    header = fragmented[: fragmented.index(b"moof") - 4]
    write(folder, recording_0_mp4=header, recording_1_mp4=b"", recording_2_mp4=b"\0" * 5000)
    write(folder, recording_00000_ts=b"", recording_m3u8=playlist_of())
    assert finished(folder) == ()
    assert names(folder) == set()
    assert finished(folder / "gone" / "recording") == ()


@pytest.mark.parametrize(
    ("left", "playlist", "listed", "seconds", "frames"),
    [
        pytest.param({0: 1, 1: 1}, playlist_of(0, 1), [0, 1], 8, 200, id="without its end"),
        pytest.param({0: 1, 1: 0.5}, playlist_of(0), [0, 1], 6, 150, id="half a segment"),
        pytest.param({0: 1, 1: 0.001}, playlist_of(0), [0], 4, 100, id="a segment without a frame"),
        pytest.param(
            {0: 1, 2: 1}, playlist_of(0, 1, 2, end=True), [0, 2], 8, 200, id="a segment is gone"
        ),
        *(
            pytest.param({0: 1, 1: 1, 2: 1}, lost, [0, 1, 2], 12, 300, id=f"playlist {lost!r}")
            for lost in (None, b"", b"\xff#EXTINF:no")
        ),
    ],
)
def test_a_playlist_lists_what_can_be_played_and_gets_its_end(
    folder: Path,
    segments: list[bytes],
    left: dict[int, float],
    playlist: bytes | None,
    listed: list[int],
    seconds: float,
    frames: int,
) -> None:
    """`left`: the part that is left of each segment; all are of 4 s."""
    for number, part in left.items():
        content = segments[number]
        write(folder, **{f"recording_0000{number}_ts": content[: int(len(content) * part)]})
    if playlist is not None:
        write(folder, recording_m3u8=playlist)
    (file,) = finished(folder)
    near = 1 if 0.5 in left.values() else 0.1
    assert (file.name, file.format) == ("recording.m3u8", "hls")
    assert file.seconds == pytest.approx(seconds, abs=near)
    path, shown = folder / "recording.m3u8", [f"recording_0000{number}.ts" for number in listed]
    assert segments_in(path) == shown
    assert names(folder) == {path.name, *shown}
    assert path.read_text().endswith("\n#EXT-X-ENDLIST\n")
    assert probe(path).seconds == pytest.approx(file.seconds, abs=0.1)
    assert frame_count(path) == pytest.approx(frames, abs=24 if near == 1 else 0)
    assert file.begun_at == pytest.approx(ENDED_AT - 4, abs=0.1)
