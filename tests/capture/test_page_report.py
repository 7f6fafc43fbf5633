"""The report of a page, on real recordings of pages that do what it reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from capture.pages import PAGES, page
from capture.recording_service import LARGE, RecordingService
from page_server import Site, served
from trtc_recorder.report import page_report
from trtc_recorder.report.findings import CANNOT, findings
from trtc_recorder.report.page_report import FailedRequest, PageReport
from trtc_recorder.tasks.storage import REPORT
from waiting import until

pytestmark = pytest.mark.slow

WEBGL = """
<canvas id=drawing width=640 height=360></canvas><script>
const graphics = document.getElementById('drawing').getContext('webgl2');
graphics.clearColor(1, 0, 0, 1); graphics.clear(graphics.COLOR_BUFFER_BIT);
document.createElement('canvas').getContext('webgl');  // a library that looks what there is
</script>
"""

WAITING = """
<canvas id=film width=64 height=36></canvas><video id=video width=320 height=180></video><script>
document.getElementById('film').getContext('2d').fillRect(0, 0, 9, 9);
const video = document.getElementById('video');
video.srcObject = document.getElementById('film').captureStream(5);
if (location.search === '?later') setTimeout(() => video.play(), 3500);
const sound = new AudioContext();
sound.suspend();
if (location.search === '?later') setTimeout(() => sound.resume(), 3500);
</script>
"""

BROKEN = """
<img src="/404?token=CANARY">
<iframe src="http://localhost:PORT/complains?token=CANARY"></iframe><script>
setTimeout(() => notifyReady(), 500);
setTimeout(() => { throw new Error('thrown at ' + location) }, 100);
Promise.reject(new TypeError('rejected'));
fetch('http://127.0.0.1:9/data?token=CANARY').catch(() => 0);
const left = new AbortController();
fetch('/hangs', {signal: left.signal}).catch(() => 0);
left.abort();
</script>
"""

COMPLAINS = """
<img src="/500?token=CANARY">
<script>console.error('in a frame at', location.href, 'CANARY')</script>
"""

COMPLAINS_WITHOUT_END = """
<script>setInterval(() => { for (let n = 0; n < 50; n++) console.error(n); }, 5)</script>
"""

TEXT = """
<p>\N{CJK UNIFIED IDEOGRAPH-4E2D} <script>'\N{THAI CHARACTER KO KAI}'</script><p id=host><script>
document.getElementById('host').attachShadow({mode: 'open'}).textContent = '\N{HANGUL SYLLABLE GA}';
setTimeout(() => document.body.append('\N{DEVANAGARI LETTER A}'), 1000);
</script>
"""

NO_FONTS = """
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir></fontconfig>
"""


@pytest.fixture(scope="module")
def pages() -> Iterator[Site]:
    faulty = {
        "/busy": WEBGL + TEXT + COMPLAINS_WITHOUT_END,
        "/waiting": WAITING,
        "/broken": BROKEN,
        "/complains": COMPLAINS,
    }
    with served({**PAGES, **{path: page(body) for path, body in faulty.items()}}) as pages:
        yield pages


def report(service: RecordingService, url: str, seconds: float = 3, **changes: Any) -> PageReport:
    """The report of a page that is recorded for so many seconds, and ends by itself or then."""
    task_id = service.start(url, **{"WebRecordVideoParams": LARGE, **changes})
    file = service.storage.working(service.task(task_id)) / REPORT

    def over() -> bool:
        found = page_report.read(file)
        long_enough = found is not None and min(found.seconds, found.listened_seconds) >= seconds
        return long_enough or not service.task(task_id).live

    until(over)
    if service.task(task_id).live:
        service.stop(task_id)
    service.await_end(task_id)
    assert "CANARY" not in file.read_text()
    found = page_report.read(file)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def busy(
    service: RecordingService, pages: Site, tmp_path_factory: pytest.TempPathFactory
) -> PageReport:
    """The report of a page that draws, writes and complains, on a machine without a font."""
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "fonts.conf").write_text(NO_FONTS.format(folder=folder).strip())
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        return report(service, f"{pages.address}/busy")


def cannot(found: PageReport) -> list[str]:
    return [each.what for each in findings(found) if each.severity == CANNOT]


def test_a_page_that_moves_and_sounds_has_no_findings(
    service: RecordingService, pages: Site
) -> None:
    found = report(service, f"{pages.address}/clock", seconds=3)
    assert findings(found) == []
    assert found.first_paint is not None
    assert 0 < found.first_paint < 10
    assert found.ready is None
    assert found.still_seconds <= 1  # of two pictures that come late, the first is as the second
    assert found.reloads == 0
    assert found.silent_seconds < found.listened_seconds


def test_what_fails_is_reported_without_the_secrets_of_the_page(
    service: RecordingService, pages: Site
) -> None:
    page = pages.address.replace("//", "//user:CANARY@") + "/broken"
    found = report(service, f"{page}?token=CANARY&x=1#/room/CANARY", ReadyTimeout=10)
    assert found.ready is not None
    assert found.ready >= 0.5
    elsewhere = pages.address.replace("127.0.0.1", "localhost")
    assert set(found.console) == {
        f"Uncaught Error: thrown at {pages.address}/broken",
        "Uncaught (in promise) TypeError: rejected",
        "in a frame at http://localhost:PORT/complains …",
    }
    assert found.console_errors == 3
    assert set(found.requests) == {
        FailedRequest(f"{pages.address}/404", "HTTP status 404"),
        FailedRequest(f"{elsewhere}/500", "HTTP status 500"),
        FailedRequest("http://127.0.0.1:9/data", "net::ERR_UNSAFE_PORT"),
    }
    assert found.failed_requests == 3
    assert cannot(found) == []


def test_errors_without_end_are_counted_up_to_a_limit(busy: PageReport) -> None:
    assert busy.console_errors == 20
    assert busy.console == ("0", "1", "2", "3", "4")


def test_a_large_canvas_of_webgl_cannot_be_recorded(busy: PageReport) -> None:
    assert busy.webgl is not None
    assert busy.webgl.api == "WebGL 2"
    assert busy.webgl.share == pytest.approx(0.25, abs=0.01)
    assert cannot(busy) == ["The page draws 25 % of the picture with WebGL 2."]


def test_scripts_of_the_text_without_a_font_are_reported(busy: PageReport) -> None:
    assert set(busy.unwritten) == {"Chinese", "Korean", "Hindi"}


def test_what_waits_for_a_click_cannot_be_recorded(service: RecordingService, pages: Site) -> None:
    found = report(service, f"{pages.address}/waiting", seconds=4)
    assert (found.waiting_videos, found.suspended_sound) == (1, 1)
    assert found.seconds == found.still_seconds
    assert found.listened_seconds == found.silent_seconds
    assert cannot(found) == [
        "1 video on the page did not begin to play.",
        "1 AudioContext of the page is suspended.",
    ]


def test_what_only_began_late_is_no_obstacle(service: RecordingService, pages: Site) -> None:
    found = report(service, f"{pages.address}/waiting?later", seconds=6)
    assert (found.waiting_videos, found.suspended_sound) == (0, 0)
    assert cannot(found) == []


def test_a_page_that_is_never_ready_was_loaded_again_and_failed(
    service: RecordingService, pages: Site
) -> None:
    found = report(service, f"{pages.address}/never-ready?token=CANARY", ReadyTimeout=1)
    assert (found.failure, found.reloads, found.seconds) == ("Page load timeout", 1, 0)
    assert found.first_paint is not None
    assert cannot(found) == ["The recording failed: Page load timeout."]


def test_a_page_that_cannot_be_opened_has_no_first_paint(
    service: RecordingService, pages: Site
) -> None:
    found = report(service, "http://nowhere.invalid/?token=CANARY")
    reason = "net::ERR_NAME_NOT_RESOLVED"
    assert found.failure == f"Goto url timeout: {reason}"
    assert found.requests == (FailedRequest("http://nowhere.invalid/", reason),)
    assert found.first_paint is None
