"""Whatever a page calls for, no pixel of the browser's own is in any frame of its recording."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from capture.stage import stage
from capture.studio import LocalStudio, local_studio
from fidelity.frames import foreign_frames
from fidelity.one_page import STRANGERS, flat_page, page_of
from page_server import Answer, Site, served
from playwright.async_api import async_playwright
from trtc_recorder.browser.chromium import launch
from trtc_recorder.browser.options import CaptureOptions
from trtc_recorder.browser.screen import Screen
from trtc_recorder.media.source import Source
from trtc_recorder.worker.programs import find
from waiting import eventually, until

SMALL = {"Width": 640, "Height": 360, "Format": "mp4"}
STAYING = STRANGERS[:-3]

ANSWERS = """
const outcomes = {}, told = {};
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
    "/all": Answer(page_of(STAYING)),
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
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with local_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


@pytest.fixture(scope="module")
def strangers() -> Iterator[Site]:
    with served(PAGES) as strangers:
        yield strangers


async def told_of(url: str, source: Source, runtime: Path, over: Callable[[], object]) -> set[str]:
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


def test_what_is_declined_is_told_with_its_kind_from_every_frame(
    strangers: Site, tmp_path: Path
) -> None:
    strangers.reports.clear()
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    address = f"http://127.0.0.1:{strangers.port}/all"
    with stage(tmp_path) as source:
        told = asyncio.run(told_of(address, source, runtime, lambda: strangers.report("over")))
    assert told >= {
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
    [{"WebRecordVideoParams": SMALL}, {"EmulateMobileParams": {"MobileDeviceType": 0}}],
    ids=["desktop", "phone"],
)
def test_whatever_a_page_calls_for_no_frame_shows_anything_but_the_page(
    studio: LocalStudio, strangers: Site, screen: dict[str, Any]
) -> None:
    strangers.reports.clear()
    task_id = studio.start(f"http://127.0.0.1:{strangers.port}/all", **screen)
    until(lambda: strangers.report("over"), 30)
    studio.stop(task_id)
    assert studio.await_end(task_id) == "stopped"
    (file,) = studio.files(task_id)
    frames, foreign = foreign_frames(file)
    assert frames > 25 * 0.3 * len(STAYING)
    assert foreign == 0


def test_a_page_goes_on_with_the_answers_of_a_person_who_declines(
    studio: LocalStudio, strangers: Site
) -> None:
    task_id = studio.start(f"http://127.0.0.1:{strangers.port}/answers", ReadyTimeout=20)
    until(lambda: strangers.report("outcomes"), 20)
    studio.await_start(task_id)
    studio.stop(task_id)
    assert studio.await_end(task_id) == "stopped"
    assert strangers.report("outcomes") == DECLINED


def test_a_page_that_goes_back_or_hangs_for_a_while_stays_in_view(
    studio: LocalStudio, strangers: Site
) -> None:
    hanging = {**PAGES, "/hang": Answer(page_of(STRANGERS[-2:]))}
    with served(hanging) as strangers:
        address = f"http://127.0.0.1:{strangers.port}/hang"
        task_id = studio.start(address, WebRecordVideoParams=SMALL)
        until(lambda: strangers.report("over"), 30)
        time.sleep(0.5)
        studio.stop(task_id)
        studio.await_end(task_id)
    assert foreign_frames(studio.files(task_id)[0])[1] == 0
