"""Whatever a page calls for, no pixel of the browser's own UI is in a frame of its recording."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from capture.recording_service import RecordingService
from fidelity.browser_ui import EVERY, ONE_PAGE, OTHER_PATHS, one_page
from fidelity.frames import foreign_frames
from page_server import Answer, Site, flat, served
from trtc_recorder.report import page_report
from trtc_recorder.tasks.storage import REPORT
from waiting import until

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
outcomes.alert = String(alert('x'));
outcomes.confirm = confirm('x');
outcomes.prompt = prompt('x');
outcomes.open = open('/other');
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
    **OTHER_PATHS,
    "/all": one_page()["/"],
    "/answers": flat(ANSWERS, "<iframe name=inside></iframe>"),
    "/named": Answer("hello"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served(PAGES) as site:
        yield site


def test_whatever_a_page_calls_for_no_frame_shows_anything_but_the_page(
    service: RecordingService, site: Site
) -> None:
    task_id = service.start(f"{site.address}/all")
    until(lambda: site.report("over"))
    (file,) = service.finish(task_id).files
    frames, foreign = foreign_frames(file)
    assert frames > 25 * EVERY * len(ONE_PAGE)
    assert foreign == 0
    report = page_report.read(service.storage.working(service.task(task_id)) / REPORT)
    assert report is not None
    assert report.declined.keys() >= {
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
    }


@pytest.mark.slow
def test_a_page_goes_on_with_the_answers_of_a_person_who_declines(
    service: RecordingService, site: Site
) -> None:
    task_id = service.start(f"{site.address}/answers", ReadyTimeout=20)
    until(lambda: site.report("outcomes"), 30)
    service.finish(task_id)
    assert site.report("outcomes") == DECLINED
