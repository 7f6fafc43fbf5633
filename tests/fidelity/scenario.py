"""What a row of the table is: a page of strangers, and what its recording is judged by."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from capture.studio import LocalStudio, local_studio
from fidelity.frames import foreign_frames
from page_server import Paths, Site, served
from trtc_recorder.browser.options import CaptureOptions


@dataclass(frozen=True)
class Seen:
    """`frames` that were looked at, how many of them are `foreign`, and what else is `wrong`."""

    frames: int
    foreign: int
    wrong: str = ""


Judge = Callable[[LocalStudio, str, Site], Seen]
"""Judges a finished recording by studio, TaskId and site."""


def is_flat(studio: LocalStudio, task_id: str, site: Site) -> Seen:
    """Every frame shows the page's colour alone."""
    files = studio.files(task_id)
    if not files:
        return Seen(0, 0, f"no file: {studio.task(task_id).end_reason}")
    return Seen(*foreign_frames(files[0]))


def stop_after(seconds: float) -> Callable[[LocalStudio, str, Site], None]:
    """Let a recording run for so long, then stop it."""

    def live(studio: LocalStudio, task_id: str, site: Site) -> None:
        studio.await_start(task_id)
        time.sleep(seconds)
        studio.stop(task_id)

    return live


@dataclass(frozen=True)
class Case:
    """One page: its `paths`, of which `/` is recorded, and StartWebRecord's other parameters.

    `lives` is what happens until the recording ends; `ends` the reason it must have then. Up to
    `tolerated` foreign frames do not count as wrong. `alone`: nothing else is recorded meanwhile.
    """

    kind: str
    name: str
    paths: Paths
    lives: Callable[[LocalStudio, str, Site], None] = field(default_factory=lambda: stop_after(4))
    judge: Judge = is_flat
    ends: str = "stopped"
    path: str = "/"
    request: Mapping[str, Any] = field(default_factory=dict)
    tolerated: int = 0
    alone: bool = False
    options: CaptureOptions = field(default_factory=CaptureOptions)

    def run(self, folder: Path) -> Seen:
        """Record the page."""
        with served(self.paths) as site, local_studio(folder, options=self.options) as studio:
            task_id = studio.start(f"{site.address}{self.path}", **self.request)
            self.lives(studio, task_id, site)
            reason = studio.await_end(task_id)
            seen = self.judge(studio, task_id, site)
            if self.ends not in reason and not seen.wrong:
                return Seen(seen.frames, seen.foreign, f"it ended: {reason}")
            return seen
