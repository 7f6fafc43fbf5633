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


def test_an_mp4_in_fragments_becomes_a_plain_one(tmp_path: Path, fragmented: bytes) -> None:
    folder = tmp_path / "recording"
    folder.mkdir()
    write(folder, recording_0_mp4=fragmented)
    (file,) = finished(folder)
    kinds = boxes(folder / "recording_0.mp4")
    assert "moof" not in kinds
    assert kinds.index("moov") < kinds.index("mdat")
    assert frame_count(folder / "recording_0.mp4") == 150
    assert file.name == "recording_0.mp4"
    assert file.seconds == pytest.approx(6, abs=0.1)
    assert file.begun_at == pytest.approx(ENDED_AT - 6, abs=0.1)


def test_an_mp4_that_was_cut_off_plays_up_to_there(tmp_path: Path, fragmented: bytes) -> None:
    write(tmp_path, recording_0_mp4=fragmented[: len(fragmented) * 3 // 4])
    (file,) = finished(tmp_path)
    assert 3 < file.seconds < 6
    assert frame_count(tmp_path / "recording_0.mp4") / 25 > file.seconds - 1.1


def test_several_come_in_the_order_of_their_numbers(tmp_path: Path, fragmented: bytes) -> None:
    mp4s = {f"recording_{number}_mp4": fragmented for number in (10, 9, 2, 0)}
    write(tmp_path, **mp4s, recording_1_mp4=b"")
    assert [file.name.split("_")[1] for file in finished(tmp_path)] == [
        "0.mp4",
        "2.mp4",
        "9.mp4",
        "10.mp4",
    ]


def test_it_may_be_repeated(tmp_path: Path, fragmented: bytes, segments: list[bytes]) -> None:
    write(tmp_path, recording_0_mp4=fragmented, recording_00000_ts=segments[0])
    once = finished(tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert finished(tmp_path) == once
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_what_holds_no_frame_is_removed(tmp_path: Path, fragmented: bytes) -> None:
    header = fragmented[: fragmented.index(b"moof") - 4]
    write(tmp_path, recording_0_mp4=header, recording_1_mp4=b"", recording_2_mp4=b"\0" * 5000)
    write(tmp_path, recording_00000_ts=b"", recording_m3u8=playlist_of())
    assert finished(tmp_path) == ()
    assert names(tmp_path) == set()


def test_leftovers_are_removed(tmp_path: Path, fragmented: bytes) -> None:
    write(tmp_path, recording_0_mp4=fragmented, recording_0_mp4_tmp=fragmented[:5000])
    write(tmp_path, recording_m3u8_tmp=b"#EXTM3U")
    finished(tmp_path)
    assert names(tmp_path) == {"recording_0.mp4"}


def test_a_playlist_gets_its_end(tmp_path: Path, segments: list[bytes]) -> None:
    write(tmp_path, recording_00000_ts=segments[0], recording_00001_ts=segments[1])
    write(tmp_path, recording_m3u8=playlist_of("recording_00000.ts", "recording_00001.ts"))
    (file,) = finished(tmp_path)
    assert (file.name, file.format, file.seconds) == ("recording.m3u8", "hls", 8)
    assert file.begun_at == ENDED_AT - 4
    assert (tmp_path / "recording.m3u8").read_text().endswith("\n#EXT-X-ENDLIST\n")
    assert probe(tmp_path / "recording.m3u8").seconds == pytest.approx(8, abs=0.1)
    assert frame_count(tmp_path / "recording.m3u8") == 200


def test_a_segment_that_was_cut_off_is_segments_in(tmp_path: Path, segments: list[bytes]) -> None:
    write(
        tmp_path, recording_00000_ts=segments[0], recording_m3u8=playlist_of("recording_00000.ts")
    )
    write(tmp_path, recording_00001_ts=segments[1][: len(segments[1]) // 2])
    (file,) = finished(tmp_path)
    assert 5 < file.seconds < 7
    assert segments_in(tmp_path / "recording.m3u8") == ["recording_00000.ts", "recording_00001.ts"]
    assert frame_count(tmp_path / "recording.m3u8") > 125


def test_a_segment_without_a_frame_is_not(tmp_path: Path, segments: list[bytes]) -> None:
    write(tmp_path, recording_00000_ts=segments[0], recording_00001_ts=segments[1][:188])
    write(tmp_path, recording_m3u8=playlist_of("recording_00000.ts"))
    (file,) = finished(tmp_path)
    assert file.seconds == 4
    assert names(tmp_path) == {"recording_00000.ts", "recording.m3u8"}


def test_a_listed_segment_that_is_gone_is_dropped(tmp_path: Path, segments: list[bytes]) -> None:
    write(tmp_path, recording_00000_ts=segments[0], recording_00002_ts=segments[2])
    three = [f"recording_0000{number}.ts" for number in range(3)]
    write(tmp_path, recording_m3u8=playlist_of(*three, end=True))
    (file,) = finished(tmp_path)
    assert file.seconds == 8
    assert segments_in(tmp_path / "recording.m3u8") == [three[0], three[2]]
    assert frame_count(tmp_path / "recording.m3u8") == 200


@pytest.mark.parametrize("playlist", [None, b"", b"\xff#EXTINF:no"])
def test_a_playlist_that_is_lost_is_written_anew(
    tmp_path: Path, segments: list[bytes], playlist: bytes | None
) -> None:
    write(tmp_path, **{f"recording_0000{n}_ts": content for n, content in enumerate(segments)})
    if playlist is not None:
        write(tmp_path, recording_m3u8=playlist)
    (file,) = finished(tmp_path)
    assert file.seconds == pytest.approx(12, abs=0.1)
    assert frame_count(tmp_path / "recording.m3u8") == 300


def test_a_folder_that_vanished_holds_nothing(tmp_path: Path) -> None:
    assert finished(tmp_path / "gone" / "recording") == ()


def test_the_log_may_have_vanished(tmp_path: Path, fragmented: bytes) -> None:
    write(tmp_path, recording_0_mp4=fragmented)
    (file,) = asyncio.run(finish(tmp_path, tmp_path / "gone" / "recorder.log"))
    assert file.name == "recording_0.mp4"
