"""Sound beside its picture, in each way in which a page makes sound."""

from __future__ import annotations

from capture.recording_service import SMALL, RecordingService
from fidelity.flash_and_beep import KINDS, page
from fidelity.lipsync import TOGETHER, lipsync
from fidelity.scenario import Result, Scenario, stop_after
from page_server import Site

SECONDS = 30


def together(service: RecordingService, task_id: str, site: Site) -> Result:
    """`frames` are flashes; `foreign` those whose beep is too early, too late or missing."""
    (file,) = service.files(task_id)
    measured = lipsync(file)
    apart = sum(abs(delay) > TOGETHER for delay in measured.delays)
    flashes = len(measured.delays) + measured.unmatched
    return Result(flashes, apart + measured.unmatched, "" if flashes else "no flash was recorded")


SCENARIOS = [
    Scenario(
        "sound",
        kind,
        page(kind, SECONDS),
        stop_after(SECONDS),
        together,
        request={"WebRecordVideoParams": SMALL},
        alone=True,
        tolerated=1,
    )
    for kind in KINDS
]
