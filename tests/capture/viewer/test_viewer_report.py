"""The report of a page on the page of its recording, in a real Chromium."""

from __future__ import annotations

from dataclasses import replace

import pytest
from capture.sample_media import Films
from playwright.sync_api import Locator, Page, expect
from trtc_recorder.report import page_report
from trtc_recorder.report.page_report import FailedRequest, PageReport, WebGL
from trtc_recorder.tasks.storage import REPORT
from viewer_fixtures import Start

pytestmark = pytest.mark.slow

FINE = PageReport(first_paint=0.42, seconds=5, still_seconds=1, listened_seconds=5)
BAD = replace(
    FINE,
    ready=1.25,
    silent_seconds=5,
    webgl=WebGL("WebGL 2", 0.4),
    declined={"alert": 2, "second window": 1},
    console_errors=20,
    console=("<b>bold</b>", *(f"TypeError: x{n} is not a function" for n in range(4))),
    failed_requests=1,
    requests=(
        FailedRequest("https://cdn.example.com/" + "long/" * 26 + "x.js", "HTTP status 404"),
    ),
)


def section(page: Page) -> Locator:
    return page.get_by_role("region", name="The page")


def test_a_page_that_can_be_recorded_has_figures_only(page: Page, seed: Start) -> None:
    recording = seed()
    page.goto(recording.url)
    expect(page.locator(".state")).to_have_text("Recording")
    expect(section(page)).to_be_hidden()
    page_report.write(FINE, recording.working / REPORT)
    expect(section(page).locator(".verdict")).to_have_text("TRTC can record this page as it is.")
    expect(section(page).locator(".findings li")).to_have_count(0)
    figures = section(page).locator(".fields > div:visible")
    expect(figures).to_have_text(
        ["First paintafter 0.4 s", "Without a change0:01 of 0:05", "Silent0:00 of 0:05"]
    )
    expect(section(page).locator("details:visible")).to_have_count(0)


def test_what_is_found_is_told_and_the_lists_open_by_keyboard_on_every_screen(
    page: Page, seed: Start, films: Films
) -> None:
    recording = seed()
    recording.has(films, "recording_0.mp4")
    page_report.write(BAD, recording.working / REPORT)
    page.goto(recording.url)
    expect(section(page).locator(".verdict")).to_have_text("TRTC cannot record this page as it is.")
    found = section(page).locator(".findings li")
    expect(found.first.locator("strong")).to_have_text(
        "The page draws 40 % of the picture with WebGL 2."
    )
    expect(found).to_have_count(5)
    expect(section(page)).to_contain_text("alert (2), second window (1)")
    expect(section(page)).to_contain_text("after 1.3 s")
    errors = section(page).locator("summary", has_text="Console errors: 20")
    errors.focus()
    page.keyboard.press("Enter")
    lines = section(page).locator("[data-list=console] li")
    expect(lines).to_have_count(6)
    expect(lines.first).to_have_text("<b>bold</b>")
    expect(lines.last).to_have_text("and 15 more")
    page_report.write(replace(BAD, seconds=9), recording.working / REPORT)
    expect(section(page)).to_contain_text("0:01 of 0:09")
    expect(lines.first).to_be_visible()
    expect(errors).to_be_focused()
    section(page).locator("[data-list=requests] summary").click()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        expect(lines.last).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width
