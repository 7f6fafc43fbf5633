"""What recording a page costs: more and more recordings at once, until frames are lost."""

from __future__ import annotations

import os
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from capture.media_probe import frame_numbers
from capture.pages import served_pages
from capture.processes import below
from capture.recording_service import RecordingService, recording_service
from page_server import Site
from trtc_recorder.media.encoder import FRAMES_PER_SECOND

SECONDS = 12.0
"""Length of each recording that is measured."""

MOST = 8
"""The highest number of recordings at once."""

ENOUGH = 24.0
"""Distinct frames a second; a recording with fewer has lost frames."""

TICKS = os.sysconf("SC_CLK_TCK")

PARTS = {
    "chromium": "browser",
    "chromium child": "browser",
    "renderer": "browser",
    "driver": "browser",
    "encoder": "encoder",
    "still or relay": "rest",
    "Xvfb": "rest",
    "pulseaudio": "rest",
    "recorder": "rest",
}


@dataclass(frozen=True)
class Load:
    """What was measured with so many recordings at once.

    `first_frame`: seconds from the request (median). `frames_a_second`: distinct frames of the
    worst recording. `cpu`: of each recording by part, in per cent of a core.
    """

    recordings: int
    first_frame: float
    frames_a_second: float
    cpu: dict[str, float]


def measured(directory: Path, most: int = MOST) -> list[Load]:
    """One recording, two, and so on up to the first number at which frames are lost."""
    loads: list[Load] = []
    with served_pages() as pages, recording_service(directory / "data", limit=most) as service:
        for recordings in range(1, most + 1):
            loads.append(_load(service, pages, recordings))
            if loads[-1].frames_a_second < ENOUGH:
                break
    return loads


def _load(service: RecordingService, pages: Site, recordings: int) -> Load:
    begun = time.monotonic()
    task_ids = [service.start(f"{pages.address}/clock") for _ in range(recordings)]

    def first_frame(task_id: str) -> float:
        service.await_start(task_id)
        return time.monotonic() - begun

    with ThreadPoolExecutor(recordings) as pool:
        waited = list(pool.map(first_frame, task_ids))
    time.sleep(2)
    before, at = _cpu(), time.monotonic()
    time.sleep(SECONDS)
    used, seconds = _cpu() - before, time.monotonic() - at
    for task_id in task_ids:
        service.stop(task_id)
    for task_id in task_ids:
        service.await_end(task_id)
    return Load(
        recordings,
        statistics.median(waited),
        min(_distinct_a_second(service.files(task_id)[0]) for task_id in task_ids),
        {part: 100 * used[part] / seconds / recordings for part in dict.fromkeys(PARTS.values())},
    )


def _distinct_a_second(file: Path) -> float:
    """Counted in the last seconds, in which all recordings ran and none was being started."""
    last = frame_numbers(file)[-int(SECONDS * FRAMES_PER_SECOND) :]
    return len(set(last)) / SECONDS


def _cpu() -> Counter[str]:
    """CPU seconds of all descendants of this process, by part."""
    used: Counter[str] = Counter()
    for pid, name in below(os.getpid()).items():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if name in PARTS:
            used[PARTS[name]] += (int(stat[11]) + int(stat[12])) / TICKS  # type: ignore[assignment]
    return used


def table(loads: list[Load]) -> str:
    head = [
        "| recordings | request to first frame, s | distinct frames a second, the worst "
        "| CPU of each, % of a core: browser | encoder | rest |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    rows = [
        f"| {load.recordings} | {load.first_frame:.1f} | {load.frames_a_second:.1f} "
        f"| {load.cpu['browser']:.0f} | {load.cpu['encoder']:.0f} | {load.cpu['rest']:.0f} |"
        for load in loads
    ]
    return "\n".join([*head, *rows])
