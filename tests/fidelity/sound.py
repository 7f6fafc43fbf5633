"""Sound beside its picture, in each way in which a page makes sound.

`python -m fidelity.sound KIND MINUTES [LOAD]` prints by how much beeps are late. KIND is
one of `flash_and_beep.KINDS`, LOAD the number of processes that keep the cores busy meanwhile.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from capture.recording_service import RecordingService
from fidelity.flash_and_beep import KINDS, page
from fidelity.lipsync import TOGETHER, lipsync
from fidelity.scenario import Result, Scenario
from page_server import Site

SMALL = {"WebRecordVideoParams": {"Width": 640, "Height": 360, "Format": "mp4"}}


def together(service: RecordingService, task_id: str, site: Site) -> Result:
    """`frames` are flashes; `foreign` those whose beep is too early, too late or missing."""
    (file,) = service.files(task_id)
    measured = lipsync(file)
    apart = sum(abs(delay) > TOGETHER for delay in measured.delays)
    flashes = len(measured.flashes) + measured.unmatched
    return Result(flashes, apart + measured.unmatched, "" if flashes else "no flash was recorded")


def scenario(kind: str, minutes: float, load: int) -> Scenario:
    """A recording of so many minutes, beside so many busy processes."""

    def action(service: RecordingService, task_id: str, site: Site) -> None:
        service.await_start(task_id)
        with busy(load):
            time.sleep(60 * minutes)
        service.stop(task_id)

    name = f"{kind}, {minutes:g} min, {load} busy processes"
    return Scenario(
        "sound",
        name,
        page(kind, 60 * minutes),
        action,
        together,
        request=SMALL,
        alone=True,
        tolerated=1,
    )


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many busy processes."""
    spin = [sys.executable, "-c", "while True: pass"]
    running = [subprocess.Popen(spin) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


SCENARIOS = [scenario(kind, 0.5, 0) for kind in KINDS]

if __name__ == "__main__":
    kind, minutes, load = sys.argv[1], float(sys.argv[2]), int((*sys.argv, "0")[3])
    with TemporaryDirectory() as folder:
        replace(scenario(kind, minutes, load), judge=lambda *_: Result()).run(Path(folder))
        measured = lipsync(next(Path(folder).rglob("recording_0.mp4")))
    figures = {"least": min(measured.delays), "median": measured.median}
    figures |= {"greatest": max(measured.delays), "drift": measured.drift}
    summary = ", ".join(f"{name} {1000 * value:+.0f}" for name, value in figures.items())
    matched, unmatched = len(measured.flashes), measured.unmatched
    sys.stdout.write(f"{matched} flashes, {unmatched} unmatched; {summary} ms\n")
