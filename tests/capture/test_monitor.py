"""What monitors a page beside the encoder: the poster, and picture and sound once a second."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from capture.display import player, size
from capture.media_probe import probe
from trtc_recorder.media.monitor import Monitor
from trtc_recorder.media.source import Source
from waiting import eventually

MOVING = "testsrc=size=640x360:rate=5[out0];sine=frequency=440[out1]"


@dataclass
class Observed:
    """What the monitor reports."""

    pictures: list[str] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    def enough(self) -> bool:
        return min(len(self.pictures), len(self.peaks)) >= 5


def monitored(source: Source, folder: Path) -> Observed:
    async def monitor() -> Observed:
        observed = Observed()
        monitor = await Monitor.begin(
            source, folder, folder / "log", observed.pictures.append, observed.peaks.append
        )
        await eventually(observed.enough)
        await eventually(lambda: size(folder / "poster.jpg"))
        await monitor.stop()
        return observed

    return asyncio.run(monitor())


def test_a_still_and_silent_page_is_sampled_once_a_second_and_has_a_poster(
    source: Source, tmp_path: Path
) -> None:
    folder = tmp_path / "a 100%d [f]|o'l\\d:e;r%03d"
    folder.mkdir()
    begun = time.monotonic()
    observed = monitored(source, folder)
    seconds = time.monotonic() - begun
    assert len(set(observed.pictures)) == 1
    assert set(observed.peaks) == {-math.inf}
    assert len(observed.pictures) <= seconds + 2
    assert len(observed.peaks) <= seconds + 2
    assert probe(folder / "poster.jpg").width == 640


@pytest.mark.measures
def test_a_page_that_moves_and_sounds_changes_with_every_sample(
    source: Source, tmp_path: Path
) -> None:
    with player(source, MOVING, tmp_path):
        time.sleep(2)
        observed = monitored(source, tmp_path)
    assert len(set(observed.pictures)) == len(observed.pictures)
    assert min(observed.peaks) > -30
