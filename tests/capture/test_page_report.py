"""The report of a page, on real recordings of pages that do what it tells of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from capture.pages import Pages, served_pages
from capture.studio import LocalStudio, local_studio
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
<iframe src="{elsewhere}/complains?token=CANARY"></iframe><script>
setTimeout(() => notifyReady(), 500);
setTimeout(() => {{ throw new Error('thrown at ' + location) }}, 100);
Promise.reject(new TypeError('rejected'));
fetch('http://127.0.0.1:{closed}/data?token=CANARY').catch(() => 0);
const left = new AbortController();
fetch('/hangs', {{signal: left.signal}}).catch(() => 0);
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
def pages() -> Iterator[Pages]:
    with served_pages() as pages:
        elsewhere = pages.address.replace("127.0.0.1", "localhost")
        pages.more = {
            "/busy": WEBGL + TEXT + COMPLAINS_WITHOUT_END,
            "/waiting": WAITING,
            "/broken": BROKEN.format(elsewhere=elsewhere, closed=9),
            "/complains": COMPLAINS,
        }
        yield pages


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with local_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


def report_file(studio: LocalStudio, task_id: str) -> Path:
    return studio.storage.working(studio.task(task_id)) / REPORT


def seen(studio: LocalStudio, url: str, seconds: float = 3, **changes: Any) -> PageReport:
    """The report of a page that is recorded for so many seconds, and ends by itself or then."""
    task_id = studio.start(url, **changes)
    file = report_file(studio, task_id)

    def over() -> bool:
        found = page_report.read(file)
        long_enough = found is not None and min(found.seconds, found.listened_seconds) >= seconds
        return long_enough or not studio.task(task_id).live

    until(over)
    if studio.task(task_id).live:
        studio.stop(task_id)
    studio.await_end(task_id)
    assert "CANARY" not in file.read_text()
    found = page_report.read(file)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def busy(studio: LocalStudio, pages: Pages, tmp_path_factory: pytest.TempPathFactory) -> PageReport:
    """The report of a page that draws, writes and complains, on a machine without a font."""
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "fonts.conf").write_text(NO_FONTS.format(folder=folder).strip())
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        return seen(studio, f"{pages.address}/busy")


def cannot(found: PageReport) -> list[str]:
    return [each.what for each in findings(found) if each.severity == CANNOT]


def test_a_page_that_moves_and_sounds_has_nothing_to_be_told_of(
    studio: LocalStudio, pages: Pages
) -> None:
    found = seen(studio, f"{pages.address}/clock", seconds=3)
    assert findings(found) == []
    assert found.first_paint is not None
    assert 0 < found.first_paint < 10
    assert found.ready is None
    assert found.still_seconds <= 1  # of two pictures that come late, the first is as the second
    assert found.reloads == 0
    assert found.silent_seconds < found.listened_seconds


def test_what_fails_is_told_without_the_secrets_of_the_page(
    studio: LocalStudio, pages: Pages
) -> None:
    page = pages.address.replace("//", "//user:CANARY@") + "/broken"
    found = seen(studio, f"{page}?token=CANARY&x=1#/room/CANARY", ReadyTimeout=10)
    assert found.ready is not None
    assert found.ready >= 0.5
    elsewhere = pages.address.replace("127.0.0.1", "localhost")
    assert set(found.console) == {
        f"Uncaught Error: thrown at {pages.address}/broken",
        "Uncaught (in promise) TypeError: rejected",
        f"in a frame at {elsewhere}/complains …",
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


def test_scripts_of_the_text_without_a_font_are_told(busy: PageReport) -> None:
    assert set(busy.unwritten) == {"Chinese", "Korean", "Hindi"}


def test_what_waits_for_a_click_cannot_be_recorded(studio: LocalStudio, pages: Pages) -> None:
    found = seen(studio, f"{pages.address}/waiting", seconds=4)
    assert (found.waiting_videos, found.suspended_sound) == (1, 1)
    assert found.seconds == found.still_seconds
    assert found.listened_seconds == found.silent_seconds
    assert cannot(found) == [
        "1 video on the page did not begin to play.",
        "1 AudioContext of the page is suspended.",
    ]


def test_what_only_began_late_is_no_obstacle(studio: LocalStudio, pages: Pages) -> None:
    found = seen(studio, f"{pages.address}/waiting?later", seconds=6)
    assert (found.waiting_videos, found.suspended_sound) == (0, 0)
    assert cannot(found) == []


def test_a_page_that_is_never_ready_was_loaded_again_and_failed(
    studio: LocalStudio, pages: Pages
) -> None:
    found = seen(studio, f"{pages.address}/never-ready?token=CANARY", ReadyTimeout=1)
    assert (found.failure, found.reloads, found.seconds) == ("Page load timeout", 1, 0)
    assert found.first_paint is not None
    assert cannot(found) == ["The recording failed: Page load timeout."]


def test_a_page_that_cannot_be_opened_has_no_first_paint(studio: LocalStudio, pages: Pages) -> None:
    found = seen(studio, "http://nowhere.invalid/?token=CANARY")
    reason = "net::ERR_NAME_NOT_RESOLVED"
    assert found.failure == f"Goto url timeout: {reason}"
    assert found.requests == (FailedRequest("http://nowhere.invalid/", reason),)
    assert found.first_paint is None
