"""What monitors a page beside the encoder: the poster, and picture and sound once a second."""

from __future__ import annotations

import asyncio
import math
import time
from pathlib import Path

from capture.display import size
from capture.media_probe import probe
from trtc_recorder.media.monitor import Monitor
from trtc_recorder.media.source import Source
from waiting import eventually


def test_a_still_and_silent_page_is_sampled_once_a_second_and_has_a_poster(
    source: Source, tmp_path: Path
) -> None:
    """What moves and sounds: test_check_command."""
    folder = tmp_path / "a 100%d [f]|o'l\\d:e;r%03d"
    folder.mkdir()
    pictures: list[str] = []
    peaks: list[float] = []

    async def monitor() -> None:
        monitor = await Monitor.begin(source, folder, folder / "log", pictures.append, peaks.append)
        await eventually(lambda: min(len(pictures), len(peaks)) >= 5)
        await eventually(lambda: size(folder / "poster.jpg"))
        await monitor.stop()

    begun = time.monotonic()
    asyncio.run(monitor())
    seconds = time.monotonic() - begun
    assert len(set(pictures)) == 1
    assert set(peaks) == {-math.inf}
    assert len(pictures) <= seconds + 2
    assert len(peaks) <= seconds + 2
    assert probe(folder / "poster.jpg").width == 640
