"""The report of a page, on real recordings of pages that do what it reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from capture.glyphs import fontconfig
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

GL = "const gl = it.getContext('webgl'); gl.clearColor(1, 0, 0, 1); gl.clear(16384);"
CANVAS = (
    "<canvas id=it width=640 height=360></canvas><script>let it = document.querySelector('#it');"
)
SHADOW = """<div id=host></div><script>
const root = document.querySelector('#host').attachShadow({mode: 'closed'});
root.innerHTML = '<video width=640 height=360></video>';
const drawn = document.createElement('canvas');
drawn.getContext('2d').fillRect(0, 0, 9, 9);
root.firstChild.srcObject = drawn.captureStream(5);
</script>"""
DECEIVERS = {
    "transferred": f"{CANVAS} it = it.transferControlToOffscreen(); {GL}</script>",
    "bitmap": f"""{CANVAS} const shown = it.getContext('bitmaprenderer');
        it = new OffscreenCanvas(640, 360); {GL}
        shown.transferFromImageBitmap(it.transferToImageBitmap());</script>""",
    "copied": f"""{CANVAS} const shown = it.getContext('2d');
        it = new OffscreenCanvas(640, 360); {GL} shown.drawImage(it, 0, 0);</script>""",
    "undecodable": "<video width=640 height=360 autoplay muted src='data:video/mp4,x'></video>",
    "shadow": SHADOW,
    "protected": """<script>navigator.requestMediaKeySystemAccess('com.widevine.alpha',
        [{videoCapabilities: [{contentType: 'video/mp4; codecs="avc1.42E01E"'}]}])
        .catch(() => document.body.append('Your browser is not supported.'))</script>""",
}
"""By a word for each: pages of which it is not seen at once that TRTC cannot record them."""

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


@pytest.fixture(scope="module")
def pages() -> Iterator[Site]:
    faulty = {
        "/busy": WEBGL + TEXT + COMPLAINS_WITHOUT_END,
        "/waiting": WAITING,
        "/broken": BROKEN,
        "/complains": COMPLAINS,
        **{f"/{name}": body for name, body in DECEIVERS.items()},
    }
    with served({**PAGES, **{path: page(body) for path, body in faulty.items()}}) as pages:
        yield pages


def report(service: RecordingService, url: str, seconds: float = 3, **changes: Any) -> PageReport:
    """The report of a page that is recorded for so many seconds."""
    task_id = service.start(url, **{"WebRecordVideoParams": LARGE, **changes})
    file = service.storage.working(service.task(task_id)) / REPORT

    def over() -> bool:
        found = page_report.read(file)
        return found is not None and min(found.seconds, found.listened_seconds) >= seconds

    until(over)
    service.finish(task_id)
    assert "CANARY" not in file.read_text()
    found = page_report.read(file)
    assert found is not None
    return found


def cannot(found: PageReport) -> list[str]:
    return [each.what for each in findings(found) if each.severity == CANNOT]


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


def test_a_page_that_draws_writes_and_complains_on_a_machine_without_a_font(
    service: RecordingService, pages: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", str(fontconfig(tmp_path)))
    found = report(service, f"{pages.address}/busy")
    assert found.console_errors == 20
    assert found.console == ("0", "1", "2", "3", "4")
    assert found.webgl is not None
    assert found.webgl.api == "WebGL 2"
    assert found.webgl.share == pytest.approx(0.25, abs=0.01)
    assert cannot(found) == ["The page draws 25 % of the picture with WebGL 2."]
    assert set(found.unwritten) == {"Chinese", "Korean", "Hindi"}


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


def test_pages_that_hide_what_cannot_be_recorded_are_found_out(
    service: RecordingService, pages: Site
) -> None:
    found = {name: cannot(report(service, f"{pages.address}/{name}")) for name in DECEIVERS}
    webgl = ["The page draws 25 % of the picture with WebGL."]
    assert found == {
        **dict.fromkeys(["transferred", "bitmap", "copied"], webgl),
        "undecodable": ["1 video on the page cannot be loaded or decoded."],
        "shadow": ["1 video on the page did not begin to play."],
        "protected": [
            "The page asked for the keys of a protected stream (EME), which the browser lacks."
        ],
    }
