"""Whatever a page calls for, no pixel of the browser's own UI is in a frame of its recording."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from capture.display import virtual_display
from capture.recording_service import SMALL, RecordingService
from fidelity.frames import foreign_frames
from fidelity.one_page import LAST, ONE_PAGE, flat_page, page_of
from page_server import Answer, Site, served
from playwright.async_api import async_playwright
from trtc_recorder.browser.chromium import launch
from trtc_recorder.browser.options import CaptureOptions
from trtc_recorder.browser.screen import Screen
from trtc_recorder.media.source import Source
from trtc_recorder.worker.programs import find
from waiting import eventually, until

ANSWERS = """
const outcomes = {};
const later = [
  ['usb', () => navigator.usb.requestDevice({filters: []})],
  ['hid', () => navigator.hid.requestDevice({filters: []})],
  ['file', () => showOpenFilePicker()],
  ['screen', () => navigator.mediaDevices.getDisplayMedia()],
  ['passkey', () => navigator.credentials.get({publicKey: {challenge: new Uint8Array(16)}})],
  ['silent', () => navigator.credentials.get({password: true, mediation: 'silent'})],
  ['notification', () => Notification.requestPermission()],
  ['unauthorised', () => fetch('/private').then((response) => response.status)],
];
(async () => {
  outcomes.alert = String(alert('x'));
  outcomes.confirm = confirm('x');
  outcomes.prompt = prompt('x');
  outcomes.open = open('/red');
  outcomes.print = String(print());
  outcomes.named = open('/named', 'inside') !== null;
  for (const [name, call] of later) {
    outcomes[name] = await call().then((it) => it, (error) => error.name);
  }
  const waiting = navigator.credentials.get({publicKey: {challenge: new Uint8Array(16)},
    mediation: 'conditional'});
  outcomes.conditional = await Promise.race([waiting, new Promise((r) => setTimeout(r, 200, 0))]);
  outcomes.clicked = navigator.userActivation.hasBeenActive;
  notifyReady();
  await new Promise((r) => setTimeout(r, 500));
  outcomes.clickedAfterReady = navigator.userActivation.hasBeenActive;
  outcomes.webdriver = navigator.webdriver;
  fetch('/report', {method: 'POST', body: JSON.stringify(['outcomes', outcomes])});
})();
"""

DECLINED = {
    "alert": "undefined",
    "confirm": False,
    "prompt": None,
    "open": None,
    "print": "undefined",
    "named": True,
    "usb": "NotFoundError",
    "hid": [],
    "file": "AbortError",
    "screen": "NotAllowedError",
    "passkey": "NotAllowedError",
    "silent": None,
    "notification": "denied",
    "unauthorised": 401,
    "conditional": 0,
    "clicked": False,
    "clickedAfterReady": False,
    "webdriver": False,
}

PAGES = {
    "/all": Answer(page_of(ONE_PAGE.values())),
    "/answers": Answer(flat_page(body=f"<iframe name=inside></iframe><script>{ANSWERS}</script>")),
    "/named": Answer("hello"),
    "/red": Answer(flat_page("#f00")),
    "/green": Answer(flat_page()),
    "/to-zoom": Answer(status=302, headers={"Location": "zoommtg://zoom.us/join"}),
    "/private": Answer("no", status=401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
    "/attachment": Answer(
        "x", "application/octet-stream", headers={"Content-Disposition": "attachment"}
    ),
    "/worker.js": Answer("", "text/javascript"),
    "/dialogs": Answer(
        "<script>notifyReady(); alert(1); confirm(1); print(); location = 'zoommtg://x'</script>"
    ),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served(PAGES) as site:
        yield site


async def declined_on(
    url: str, source: Source, runtime: Path, over: Callable[[], object]
) -> set[str]:
    """What was declined while a page was shown until `over`."""
    declined: set[str] = set()
    async with async_playwright() as playwright:
        context = await launch(
            playwright,
            find().chromium,
            Screen(source.width, source.height),
            {**source.environment, "HOME": str(runtime)},
            runtime,
            CaptureOptions(),
            lambda kind, detail: declined.add(detail if kind == "declined" else kind),
            "() => {}",
        )
        await context.pages[0].goto(url)
        await eventually(over)
        await context.close()
    return declined


@pytest.mark.slow
def test_what_is_declined_is_reported_with_its_kind_from_every_frame(
    site: Site, tmp_path: Path
) -> None:
    site.reports.clear()
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    address = f"http://127.0.0.1:{site.port}/all"
    with virtual_display(tmp_path) as source:
        over = lambda: site.report("over")  # noqa: E731
        declined = asyncio.run(declined_on(address, source, runtime, over))
    assert declined >= {
        "alert",
        "camera or microphone",
        "confirm",
        "external protocol",
        "payment",
        "picker",
        "print",
        "prompt",
        "screen share",
        "second window",
        "sign-in",
        "ready",  # by a frame of another site
    }


@pytest.mark.parametrize(
    "screen",
    [
        pytest.param({"WebRecordVideoParams": SMALL}, id="desktop"),
        pytest.param(
            {"EmulateMobileParams": {"MobileDeviceType": 0}}, id="phone", marks=pytest.mark.slow
        ),
    ],
)
def test_whatever_a_page_calls_for_no_frame_shows_anything_but_the_page(
    service: RecordingService, site: Site, screen: dict[str, Any]
) -> None:
    site.reports.clear()
    task_id = service.start(f"http://127.0.0.1:{site.port}/all", **screen)
    until(lambda: site.report("over"), 60)
    (file,) = service.finish(task_id).files
    frames, foreign = foreign_frames(file)
    assert frames > 25 * 0.3 * len(ONE_PAGE)
    assert foreign == 0


@pytest.mark.slow
def test_a_page_goes_on_with_the_answers_of_a_person_who_declines(
    service: RecordingService, site: Site
) -> None:
    task_id = service.start(f"http://127.0.0.1:{site.port}/answers", ReadyTimeout=20)
    until(lambda: site.report("outcomes"), 30)
    service.finish(task_id)
    assert site.report("outcomes") == DECLINED


@pytest.mark.slow
def test_a_page_that_goes_back_or_hangs_for_a_while_stays_in_view(
    service: RecordingService,
) -> None:
    with served({**PAGES, "/hang": Answer(page_of(LAST.values()))}) as site:
        task_id = service.start(f"http://127.0.0.1:{site.port}/hang")
        until(lambda: site.report("over"), 60)
        time.sleep(0.5)
        (file,) = service.finish(task_id).files
    assert foreign_frames(file)[1] == 0
