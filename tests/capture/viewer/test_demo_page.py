"""The page that `make up` records: it moves, it sounds, and it reaches nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from trtc_recorder.testing import RunningService
from trtc_recorder.worker import fonts

pytestmark = pytest.mark.slow


def test_it_says_when_it_is_drawn_and_then_moves(recorder: RunningService, page: Page) -> None:
    ready: list[str] = []
    page.expose_function("notifyReady", lambda: ready.append(page.inner_text("#clock")))
    page.goto(f"{recorder.endpoint}/demo")
    page.wait_for_function("() => document.getElementById('clock').textContent")
    clock = page.locator("#clock")
    expect(clock).to_have_text(re.compile(r"^\d\d:\d\d:\d\d\.\d$"))
    place = "document.getElementById('walker').style.transform"
    before = clock.inner_text(), page.evaluate(place)
    page.wait_for_timeout(250)
    assert clock.inner_text() != before[0]
    assert page.evaluate(place) != before[1]
    flash = "opacity => document.getElementById('flash').style.opacity === opacity"
    for opacity in ("0", "1", "0"):
        page.wait_for_function(flash, arg=opacity)
    assert len(ready) == 1
    assert ready[0]


def test_a_tone_is_booked_for_each_flash_once_sound_is_allowed(
    recorder: RunningService, page: Page
) -> None:
    page.goto(f"{recorder.endpoint}/demo")
    button = page.get_by_role("button", name="Turn the sound on")
    button.press("Enter")
    expect(button).to_be_hidden()
    page.wait_for_function("() => audio.state === 'running' && booked > 0")
    first: Any = page.evaluate("booked")
    page.wait_for_function("first => booked > first", arg=first)
    assert first % 1000 == 0


SIZES = ((1280, 720), (960, 600), (360, 640), (640, 360), (600, 960), (1920, 1080))


def test_it_fits_every_screen_and_tells_its_size(recorder: RunningService, page: Page) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{recorder.endpoint}/demo")
        expect(page.locator("#viewport")).to_have_text(f"{width} × {height}")
        boxes = {}
        for part in ("#clock", "#date", "#greeting", "#sun", "#viewport"):
            box = boxes[part] = page.locator(part).bounding_box() or pytest.fail(part)
            assert min(box["x"], box["y"]) >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= height
        reach = page.evaluate(
            """() => { const range = document.createRange();
                range.selectNodeContents(document.getElementById("clock"));
                return range.getBoundingClientRect().right; }"""
        )
        assert reach <= width
        greeting, sun = boxes["#greeting"], boxes["#sun"]
        beside = greeting["x"] + greeting["width"] <= sun["x"]
        assert beside or greeting["y"] + greeting["height"] <= sun["y"]


def test_it_greets_in_the_scripts_that_set_up_has_fonts_for(
    recorder: RunningService, page: Page
) -> None:
    page.goto(f"{recorder.endpoint}/demo")
    shown = {
        script.name
        for script in fonts.SCRIPTS
        if page.evaluate(
            "script => new RegExp(script, 'u').test(document.getElementById('greeting').innerText)",
            script.characters,
        )
    }
    others = {"Hebrew", "Bengali", "Tamil"}
    assert shown == {script.name for script in fonts.SCRIPTS} - others
