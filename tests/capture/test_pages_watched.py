"""What watches a page beside the encoder: the poster, and picture and sound once a second."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from capture.stage import size, stage, started
from capture.video import probe
from trtc_recorder.media.monitor import Monitor
from trtc_recorder.media.source import Source
from waiting import eventually

CLOCK = "testsrc=size=640x360:rate=5[out0];sine=frequency=440[out1]"


@dataclass
class Seen:
    """Notes what it is told, and when."""

    pictures: list[str] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    def enough(self) -> bool:
        return min(len(self.pictures), len(self.peaks)) >= 5


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    with stage(tmp_path_factory.mktemp("stage")) as source:
        yield source


def watched(source: Source, folder: Path) -> Seen:
    async def watch() -> Seen:
        seen = Seen()
        watching = await Monitor.begin(
            source, folder, folder / "log", seen.pictures.append, seen.peaks.append
        )
        await eventually(seen.enough)
        await eventually(lambda: size(folder / "poster.jpg"))
        await watching.stop()
        return seen

    return asyncio.run(watch())


def test_a_page_that_stands_still_and_is_silent(source: Source, tmp_path: Path) -> None:
    begun = time.monotonic()
    seen = watched(source, tmp_path)
    assert len(set(seen.pictures)) == 1
    assert set(seen.peaks) == {-math.inf}
    assert len(seen.pictures) <= time.monotonic() - begun + 2
    assert len(seen.peaks) <= time.monotonic() - begun + 2


def test_a_page_that_moves_and_sounds(source: Source, tmp_path: Path) -> None:
    player = ["ffplay", "-loglevel", "error", "-fs", "-f", "lavfi", CLOCK]
    with started(player, env=dict(source.environment)):
        time.sleep(2)
        seen = watched(source, tmp_path)
    assert len(set(seen.pictures)) == len(seen.pictures)
    assert min(seen.peaks) > -30


def test_there_is_a_poster_while_it_runs(source: Source, tmp_path: Path) -> None:
    folder = tmp_path / "a 100%d [f]|o'l\\d:e;r%03d"
    folder.mkdir()
    watched(source, folder)
    assert probe(folder / "poster.jpg").width == 640
