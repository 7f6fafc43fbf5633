"""A scenario: a page to record, what happens meanwhile, and how its recording is judged."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from capture.processes import busiest_renderer
from capture.recording_service import RecordingService, recording_service
from fidelity.frames import BLACK, WHITE, foreign_frames, last_frames_are_the_pages
from page_server import Paths, Site, served
from trtc_recorder.browser.options import CaptureOptions
from waiting import until

RELOADED = (803, 1)
"""Type and status of the callback after a page was loaded once more."""

PHONE = {"EmulateMobileParams": {"MobileDeviceType": 0, "ScreenOrientation": 0}}


@dataclass(frozen=True)
class Result:
    """`frames` that were examined, how many of them are `foreign`, and what else is `wrong`."""

    frames: int = 0
    foreign: int = 0
    wrong: str = ""


Action = Callable[[RecordingService, str, Site], None]
"""Called with service, TaskId and site once a recording was requested; returns before its end."""

Judge = Callable[[RecordingService, str, Site], Result]
"""Judges a finished recording."""


def is_flat(service: RecordingService, task_id: str, site: Site) -> Result:
    """Every frame shows the page's colour alone."""
    files = service.files(task_id)
    if not files:
        return Result(wrong=f"no file: {service.task(task_id).end_reason}")
    return Result(*foreign_frames(files[0]))


def comes_back(service: RecordingService, task_id: str, site: Site) -> Result:
    """Nothing but the page, or black or white while it was wrong; and the page in the end."""
    (file,) = service.files(task_id)
    wrong = "" if last_frames_are_the_pages(file) else "it is not shown again"
    return Result(*foreign_frames(file, BLACK, WHITE), wrong)


def ended_by(reason: str) -> Judge:
    """It ended by itself for this reason."""

    def judge(service: RecordingService, task_id: str, site: Site) -> Result:
        ended = service.task(task_id).end_reason
        return Result(wrong="" if reason in ended else f"it ended: {ended}")

    return judge


def stop_after(seconds: float, meanwhile: Callable[[], object] = lambda: None) -> Action:
    """Let a recording run for so long, then call `meanwhile` and stop it."""

    def action(service: RecordingService, task_id: str, site: Site) -> None:
        service.await_start(task_id)
        time.sleep(seconds)
        meanwhile()
        service.stop(task_id)

    return action


def reloaded(after: float) -> Action:
    """Record until the page was reloaded, and so many seconds more."""

    def action(service: RecordingService, task_id: str, site: Site) -> None:
        service.await_start(task_id)
        until(lambda: RELOADED in service.callbacks.types(task_id))
        time.sleep(after)
        service.stop(task_id)

    return action


def stays(seconds: float, meanwhile: Callable[[], object] = lambda: None) -> Action:
    """`stop_after`, but the page must not be reloaded."""

    def action(service: RecordingService, task_id: str, site: Site) -> None:
        stop_after(seconds, meanwhile)(service, task_id, site)
        assert RELOADED not in service.callbacks.types(task_id), "it was reloaded"

    return action


def kill_renderer(after: float) -> Callable[[], None]:
    """Kill the process of the page, or of its busiest frame; return so many seconds later."""

    def kill() -> None:
        os.kill(busiest_renderer(os.getpid()), signal.SIGKILL)
        time.sleep(after)

    return kill


def by_itself(service: RecordingService, task_id: str, site: Site) -> None:
    """Wait for the recording's own end."""


@dataclass(frozen=True)
class Scenario:
    """One page: its `paths`, of which `url` is recorded, and StartWebRecord's other parameters.

    `action`: what happens until the recording ends; `ends`: the reason that it must have then. Up
    to `tolerated` foreign frames are not wrong. `alone`: nothing else is recorded meanwhile.
    """

    kind: str
    name: str
    paths: Paths
    action: Action = field(default_factory=lambda: stop_after(4))
    judge: Judge = is_flat
    ends: str = "stopped"
    request: Mapping[str, Any] = field(default_factory=dict)
    tolerated: int = 0
    alone: bool = False
    options: CaptureOptions = field(default_factory=CaptureOptions)
    url: str = "http://127.0.0.1:{port}/"

    def run(self, folder: Path) -> Result:
        with served(self.paths) as site, recording_service(folder, options=self.options) as service:
            task_id = service.start(self.url.format(port=site.port), **self.request)
            self.action(service, task_id, site)
            reason = service.await_end(task_id)
            result = self.judge(service, task_id, site)
            if self.ends not in reason and not result.wrong:
                return Result(result.frames, result.foreign, f"it ended: {reason}")
            return result


def scenarios(
    kind: str, pages: Mapping[str, Paths], action: Action, judge: Judge = is_flat, **options: Any
) -> list[Scenario]:
    """A scenario for each page, by name."""
    return [Scenario(kind, name, paths, action, judge, **options) for name, paths in pages.items()]
