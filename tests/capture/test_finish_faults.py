"""Finishing a recording on a full disk, and where ffprobe does not work: nothing is lost."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from capture.media_probe import frame_count
from capture.sample_media import (
    ENDED_AT,
    boxes,
    finished,
    names,
    playlist_of,
    segments_in,
    write,
)
from trtc_recorder.media import media_files

PAGE = resource.getpagesize()


def finished_within(folder: Path, largest: int) -> None:
    """Finish in a process that can write no file of more bytes."""
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from trtc_recorder.media.finish import finish\n"
        "asyncio.run(finish(Path(sys.argv[1]), Path('/dev/null')))"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
        check=True,
    )


def test_without_room_an_mp4_stays_in_fragments(tmp_path: Path, fragmented: bytes) -> None:
    write(tmp_path, recording_0_mp4=fragmented)
    finished_within(tmp_path, 20_000)
    assert names(tmp_path) == {"recording_0.mp4"}
    assert (tmp_path / "recording_0.mp4").read_bytes() == fragmented
    (file,) = finished(tmp_path)
    assert "moof" not in boxes(tmp_path / "recording_0.mp4")
    assert file.begun_at == pytest.approx(ENDED_AT - 6, abs=0.1)


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Put a script in the place of a program."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setitem(
        media_files.ENVIRONMENT, "PATH", f"{programs}:{media_files.ENVIRONMENT['PATH']}"
    )

    def stand_in(program: str, script: str) -> None:
        (programs / program).write_text(script)
        (programs / program).chmod(0o700)

    return stand_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "recording"
    folder.mkdir()
    return folder


def plain_size(fragmented: bytes, folder: Path) -> int:
    """Bytes that an mp4 has in one piece."""
    write(folder, recording_7_mp4=fragmented)
    finished(folder)
    whole = folder / "recording_7.mp4"
    size = whole.stat().st_size
    whole.unlink()
    return size


LIMITED = """#!{python}
import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))
os.execv({ffmpeg!r}, ["ffmpeg", *sys.argv[1:]])
"""
"""An ffmpeg whose every write beyond so many bytes of a file fails."""


@pytest.mark.parametrize("lacking", [1, 1000, 3000, 7000, 20_000])
def test_an_mp4_in_one_piece_that_lacks_its_end_is_not_taken(
    folder: Path, fragmented: bytes, stand_in: Callable[[str, str], None], lacking: int
) -> None:
    largest = plain_size(fragmented, folder) - lacking
    stand_in(
        "ffmpeg", LIMITED.format(python=sys.executable, largest=largest, ffmpeg=real("ffmpeg"))
    )
    write(folder, recording_0_mp4=fragmented)
    (file,) = finished(folder)
    assert file.seconds == pytest.approx(6, abs=0.1)
    assert names(folder) == {"recording_0.mp4"}
    assert (folder / "recording_0.mp4").read_bytes() == fragmented


@pytest.mark.parametrize("short", [*range(9), 16])
def test_on_a_disk_that_is_nearly_full_a_recording_survives(
    mount_disk: Callable[[int], Path], fragmented: bytes, short: int
) -> None:
    pages = -(-len(fragmented) // PAGE)
    folder = mount_disk((2 * pages - short) * PAGE)
    write(folder, recording_0_mp4=fragmented)
    (file,) = finished(folder)
    assert file.seconds == pytest.approx(6, abs=0.1)
    assert names(folder) == {"recording_0.mp4"}
    assert frame_count(folder / "recording_0.mp4") == 150


SHORT = """#!/bin/sh
for last; do :; done
exec {ffmpeg} -v error -y -f lavfi -i testsrc2=s=320x180:r=25 -t 4 -f mp4 "$last"
"""


def test_an_mp4_in_one_piece_that_is_shorter_is_not_taken(
    folder: Path, fragmented: bytes, stand_in: Callable[[str, str], None]
) -> None:
    stand_in("ffmpeg", SHORT.format(ffmpeg=real("ffmpeg")))
    write(folder, recording_0_mp4=fragmented)
    (file,) = finished(folder)
    assert file.seconds == pytest.approx(6, abs=0.1)
    assert (folder / "recording_0.mp4").read_bytes() == fragmented


UNABLE = {
    "killed": "#!/bin/sh\nkill -9 $$\n",
    "hanging": "#!/bin/sh\nexec sleep 60\n",
    "broken": "#!/bin/sh\nexit 127\n",
    "silent": "#!/bin/sh\n",
    "garbled": "#!/bin/sh\necho {\n",
}


@pytest.mark.parametrize("fault", UNABLE)
def test_what_ffprobe_cannot_judge_is_left_as_it_is(
    folder: Path,
    fragmented: bytes,
    segments: list[bytes],
    stand_in: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    monkeypatch.setattr(media_files, "STALLED", 0.5 if fault == "hanging" else 60)
    stand_in("ffprobe", UNABLE[fault])
    left_as_it_is(folder, fragmented, segments)


@pytest.mark.parametrize("program", ["ffprobe", "ffmpeg"])
def test_a_file_takes_as_long_as_its_disk_takes(
    folder: Path,
    fragmented: bytes,
    stand_in: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
    program: str,
) -> None:
    """For many times STALLED the program writes a little, again and again."""
    monkeypatch.setattr(media_files, "STALLED", 1)
    slowly = "for _ in $(seq 50); do echo . > /dev/null; sleep 0.1; done"
    stand_in(program, f'#!/bin/bash\n{slowly}\nexec {real(program)} "$@"\n')
    write(folder, recording_0_mp4=fragmented)
    begun = time.monotonic()
    (file,) = finished(folder)
    assert time.monotonic() - begun > 5
    assert file.name == "recording_0.mp4"
    assert not media_files.is_fragmented(folder / file.name)


def test_without_ffprobe_everything_is_left_as_it_is(
    folder: Path, fragmented: bytes, segments: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = folder.parent / "few"
    programs.mkdir()
    (programs / "setpriv").symlink_to(real("setpriv"))
    monkeypatch.setitem(media_files.ENVIRONMENT, "PATH", str(programs))
    left_as_it_is(folder, fragmented, segments)


def left_as_it_is(folder: Path, fragmented: bytes, segments: list[bytes]) -> None:
    """Finish what ffprobe cannot judge: an mp4, and the last segment of two."""
    write(folder, recording_0_mp4=fragmented)
    write(folder, recording_00000_ts=segments[0], recording_m3u8=playlist_of("recording_00000.ts"))
    write(folder, recording_00001_ts=segments[1][:9400])
    (file,) = finished(folder)
    assert (file.name, file.seconds) == ("recording.m3u8", 4)
    assert (folder / "recording_0.mp4").read_bytes() == fragmented
    assert (folder / "recording_00001.ts").read_bytes() == segments[1][:9400]
    assert segments_in(folder / "recording.m3u8") == ["recording_00000.ts"]
    log = (folder.parent / "recorder.log").read_text()
    for name in ("recording_0.mp4", "recording_00001.ts"):
        assert log.count(f"{name} is left as it is: ") == 1


def real(program: str) -> str:
    """Where a program is."""
    path = shutil.which(program)
    assert path is not None
    return path


def test_without_room_the_old_playlist_is_closed(tmp_path: Path, segments: list[bytes]) -> None:
    write(
        tmp_path, recording_00000_ts=segments[0], recording_m3u8=playlist_of("recording_00000.ts")
    )
    finished_within(tmp_path, len(playlist_of("recording_00000.ts")) + 20)
    assert names(tmp_path) == {"recording_00000.ts", "recording.m3u8"}
    text = (tmp_path / "recording.m3u8").read_text()
    assert "VOD" not in text
    assert text.endswith("recording_00000.ts\n#EXT-X-ENDLIST\n")
