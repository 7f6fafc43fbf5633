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

FINISH = """
import asyncio, sys; from pathlib import Path
from trtc_recorder.media.finish import finish
asyncio.run(finish(Path(sys.argv[1]), Path('/dev/null')))
"""


def test_without_room_an_mp4_stays_in_fragments_and_the_old_playlist_is_closed(
    folder: Path, fragmented: bytes, segments: list[bytes]
) -> None:
    """No file may have more bytes than the playlist and its end."""
    write(folder, recording_0_mp4=fragmented)
    write(folder, recording_00000_ts=segments[0], recording_m3u8=playlist_of(0))
    largest = len(playlist_of(0)) + 20
    subprocess.run(
        [sys.executable, "-c", FINISH, str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
        check=True,
    )
    assert names(folder) == {"recording_0.mp4", "recording_00000.ts", "recording.m3u8"}
    assert (folder / "recording_0.mp4").read_bytes() == fragmented
    text = (folder / "recording.m3u8").read_text()
    assert "VOD" not in text
    assert text.endswith("recording_00000.ts\n#EXT-X-ENDLIST\n")
    file, _ = finished(folder)
    assert "moof" not in boxes(folder / "recording_0.mp4")
    assert file.begun_at == pytest.approx(ENDED_AT - 6, abs=0.1)


StandIn = Callable[[str, str], None]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Put a script in the place of a program."""
    programs = tmp_path / "programs"
    programs.mkdir()
    path = f"{programs}:{media_files.ENVIRONMENT['PATH']}"
    monkeypatch.setitem(media_files.ENVIRONMENT, "PATH", path)

    def stand_in(program: str, script: str) -> None:
        (programs / program).write_text(script)
        (programs / program).chmod(0o700)

    return stand_in


LIMITED = """#!{python}
import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({largest}, {largest}))
os.execv({ffmpeg!r}, ["ffmpeg", *sys.argv[1:]])
"""
"""An ffmpeg whose every write beyond so many bytes of a file fails."""

SHORT = """#!/bin/sh
for last; do :; done
exec {ffmpeg} -v error -y -f lavfi -i testsrc2=s=320x180:r=25 -t 4 -f mp4 "$last"
"""


@pytest.mark.parametrize(
    "lacking",
    [
        1,
        *(pytest.param(size, marks=pytest.mark.slow) for size in (1000, 3000, 20_000)),
        7000,
        pytest.param(None, id="2 s"),
    ],
)
def test_an_mp4_in_one_piece_that_lacks_its_end_is_not_taken(
    folder: Path, fragmented: bytes, stand_in: StandIn, lacking: int | None
) -> None:
    """`lacking`: bytes of the end for which there is no room."""
    write(folder, recording_0_mp4=fragmented)
    finished(folder)
    whole, ffmpeg = (folder / "recording_0.mp4").stat().st_size, real("ffmpeg")
    script = SHORT.format(ffmpeg=ffmpeg)
    if lacking:
        largest = whole - lacking
        script = LIMITED.format(python=sys.executable, largest=largest, ffmpeg=ffmpeg)
    stand_in("ffmpeg", script)
    write(folder, recording_0_mp4=fragmented)
    (file,) = finished(folder)
    assert file.seconds == pytest.approx(6, abs=0.1)
    assert names(folder) == {"recording_0.mp4"}
    assert (folder / "recording_0.mp4").read_bytes() == fragmented


UNABLE = {
    "killed": "#!/bin/sh\nkill -9 $$\n",
    "hanging": "#!/bin/sh\nexec sleep 60\n",
    "broken": "#!/bin/sh\nexit 127\n",
    "silent": "#!/bin/sh\n",
    "garbled": "#!/bin/sh\necho {\n",
}


@pytest.mark.parametrize("fault", [*UNABLE, "missing"])
def test_what_ffprobe_cannot_judge_is_left_as_it_is(
    folder: Path,
    fragmented: bytes,
    segments: list[bytes],
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    """An mp4, and the last segment of two."""
    monkeypatch.setattr(media_files, "STALLED", 0.5 if fault == "hanging" else 60)
    if fault == "missing":
        stand_in("setpriv", f'#!/bin/sh\nexec {real("setpriv")} "$@"\n')
        programs = media_files.ENVIRONMENT["PATH"].partition(":")[0]
        monkeypatch.setitem(media_files.ENVIRONMENT, "PATH", programs)
    else:
        stand_in("ffprobe", UNABLE[fault])
    write(folder, recording_0_mp4=fragmented)
    write(folder, recording_00000_ts=segments[0], recording_m3u8=playlist_of(0))
    write(folder, recording_00001_ts=segments[1][:9400])
    (file,) = finished(folder)
    assert (file.name, file.seconds) == ("recording.m3u8", 4)
    assert (folder / "recording_0.mp4").read_bytes() == fragmented
    assert (folder / "recording_00001.ts").read_bytes() == segments[1][:9400]
    assert segments_in(folder / "recording.m3u8") == ["recording_00000.ts"]
    log = (folder.parent / "recorder.log").read_text()
    for name in ("recording_0.mp4", "recording_00001.ts"):
        assert log.count(f"{name} is left as it is: ") == 1


@pytest.mark.parametrize("program", ["ffprobe", pytest.param("ffmpeg", marks=pytest.mark.slow)])
def test_a_file_takes_as_long_as_its_disk_takes(
    folder: Path,
    fragmented: bytes,
    stand_in: StandIn,
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


def real(program: str) -> str:
    path = shutil.which(program)
    assert path is not None
    return path
