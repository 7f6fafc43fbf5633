"""The page to look at in a real Chromium: list, play, end, and what other pages cannot do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from capture.sample_media import Films
from playwright.sync_api import Browser, Locator, Page, expect
from trtc_recorder.testing import RunningService, local_settings, running_service
from viewer_fixtures import Start

ADVANCED = "video => video.currentTime > 0.5 && !video.paused"


def advances(page: Page) -> None:
    video = page.locator("video").element_handle()
    page.wait_for_function(ADVANCED, arg=video)


def rows(page: Page) -> Locator:
    return page.locator(".row")


def test_the_list_shows_each_recording_and_leads_to_it_by_keyboard(
    recorder: RunningService, page: Page, seed: Start, films: Films
) -> None:
    done = seed(RecordId="done", WebRecordVideoParams={"Width": 320, "Height": 180})
    done.has(films, "recording_0.mp4")
    done.end("stopped")
    seed(RecordId="failed").end("Goto url timeout")
    seed(RecordUrl="https://example.com/now", RecordId="now")
    page.goto(recorder.endpoint + "/")
    assert page.url == recorder.endpoint + "/recordings/"
    expect(rows(page)).to_have_count(3)
    expect(page.locator("#counts")).to_have_text("1 recording, 2 ended")
    now, failed, finished = (rows(page).nth(n) for n in range(3))
    expect(now.locator(".state")).to_have_text("Recording")
    expect(now.get_by_role("link")).to_have_text("https://example.com/now")
    expect(now.get_by_role("button")).to_have_accessible_name(
        "End the recording of https://example.com/now"
    )
    expect(failed.locator(".state")).to_have_text("Failed")
    expect(failed.locator(".why")).to_have_text("Goto url timeout")
    expect(failed.get_by_role("button")).to_have_count(0)
    expect(finished.locator(".why")).to_have_text("Stopped by StopWebRecord")
    expect(finished).to_contain_text(re.compile(r"done.*0:0\d.*320 × 180", re.DOTALL))
    picture = finished.locator("img").element_handle()
    page.wait_for_function("image => image.naturalWidth === 320", arg=picture)
    finished.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(done.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("https://example.com/lobby")


@pytest.mark.slow
def test_that_pages_are_not_recorded_and_what_the_machine_lacks_is_on_top(
    recorder: RunningService, page: Page, seed: Start
) -> None:
    recording = seed()
    recorder.service.warning = "Pages are not recorded here: Xvfb is missing."
    recorder.service.advice = "Fonts for Thai are missing."
    try:
        for url in (recorder.endpoint + "/recordings/", recording.url):
            page.goto(url)
            expect(page.locator("#notice")).to_have_text(recorder.service.warning)
            expect(page.locator("#advice")).to_have_text(recorder.service.advice)
            expect(page.get_by_text(recorder.service.advice)).to_have_count(1)
        expect(page.locator(".instead")).to_have_text(recorder.service.warning)
    finally:
        recorder.service.warning = recorder.service.advice = None
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator("#advice")).to_be_hidden()


def test_a_finished_film_plays_by_keyboard_and_its_parts_follow_each_other(
    page: Page, seed: Start, films: Films
) -> None:
    recording = seed()
    recording.has(films, "recording_0.mp4", "recording_1.mp4")
    recording.end("stopped")
    page.goto(recording.url)
    expect(page.get_by_role("button", name="Part")).to_have_count(2)
    first, second = page.get_by_role("button", name="Part").all()
    expect(first).to_have_text("Part 1 · 0:04")
    expect(first).to_have_attribute("aria-pressed", "true")
    page.locator("video").focus()
    page.keyboard.press("Space")
    advances(page)
    page.locator("video").evaluate("video => { video.currentTime = video.duration - 0.2; }")
    expect(second).to_have_attribute("aria-pressed", "true")
    advances(page)
    assert "recording_1.mp4" in page.locator("video").evaluate("video => video.currentSrc")
    first.focus()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(first).to_be_focused()
    advances(page)
    assert "recording_0.mp4" in page.locator("video").evaluate("video => video.currentSrc")
    files = page.locator(".files a")
    expect(files).to_have_text(["recording_0.mp4", "recording_1.mp4"])
    with page.expect_download() as download:
        files.first.click()
    assert download.value.path().read_bytes() == films.mp4.read_bytes()


@pytest.mark.slow
def test_a_finished_hls_recording_plays(page: Page, seed: Start, films: Films) -> None:
    recording = seed(WebRecordVideoParams={"Format": "hls"})
    shutil.copytree(films.hls, recording.folder, dirs_exist_ok=True)
    recording.end("stopped")
    page.goto(recording.url)
    page.locator("video").evaluate("video => video.play()")
    advances(page)
    assert page.locator("video").evaluate("video => Math.round(video.duration)") == 10


def test_a_running_recording_plays_live_and_then_as_it_was_recorded(
    page: Page, seed: Start, films: Films
) -> None:
    recording = seed()
    page.goto(recording.url)
    expect(page.locator(".instead")).to_contain_text("Nothing to see yet")
    recording.live(films)
    advances(page)
    video = page.locator("video")
    assert video.evaluate("video => [video.muted, video.duration]") == [True, float("inf")]
    recording.has(films, "recording_0.mp4")
    expect(page.get_by_role("button", name="mp4 so far")).to_be_visible()
    recording.end("Page crashed")
    expect(page.locator(".state")).to_have_text("Failed")
    expect(page.locator(".why")).to_have_text("Page crashed")
    expect(page.locator("#announcement")).to_have_text("Failed. Page crashed")
    page.wait_for_function("video => Math.round(video.duration) === 4", arg=video.element_handle())
    video.evaluate("video => video.play()")
    advances(page)


@pytest.mark.slow
def test_a_browser_without_hls_plays_the_growing_file_and_offers_a_link_to_a_playlist(
    page: Page, seed: Start, films: Films
) -> None:
    page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
    growing = seed()
    growing.live(films)
    film = films.mp4.read_bytes()
    file = growing.folder / "recording_0.mp4"
    file.write_bytes(film[: film.rindex(b"moof") - 4])
    page.goto(growing.url)
    video = page.locator("video")
    page.wait_for_function("video => video.duration > 2", arg=video.element_handle())
    shorter = video.evaluate("video => video.duration")
    video.evaluate("video => { video.currentTime = 2; video.play(); }")
    page.wait_for_function("video => video.ended", arg=video.element_handle())
    file.write_bytes(film + b"\0\0\0\x08free")
    page.wait_for_function(
        "([video, shorter]) => video.duration > shorter && video.currentTime > 2",
        arg=[video.element_handle(), shorter],
    )
    playlist = seed(WebRecordVideoParams={"Format": "hls"})
    playlist.live(films)
    page.goto(playlist.url)
    link = page.locator(".instead a")
    expect(page.locator(".instead")).to_contain_text("does not play HLS")
    assert link.evaluate("link => link.href") == playlist.url + "/live/live.m3u8"
    expect(video).to_be_hidden()


@pytest.mark.slow
def test_why_one_failed_is_shown_where_there_is_nothing_to_play(page: Page, seed: Start) -> None:
    recording = seed(RecordId="<b>bold</b>")
    recording.end("<img src=x onerror=document.title='struck'> & more")
    page.goto(recording.url)
    expect(page.locator(".state")).to_have_text("Failed")
    expect(page.locator(".why")).to_have_text("<img src=x onerror=document.title='struck'> & more")
    expect(page.locator("[data-field=record_id]")).to_have_text("<b>bold</b>")
    expect(page.locator(".instead")).to_have_text("Nothing was recorded.")
    expect(page).to_have_title("Failed: https://example.com/lobby")


def test_one_is_ended_by_keyboard_once_it_is_confirmed(
    recorder: RunningService, page: Page, seed: Start
) -> None:
    first, second = seed(), seed()
    page.goto(first.url)
    button = page.get_by_role("button", name="End recording")
    dialog = page.get_by_role("dialog", name="End this recording?")
    for keep in ("Escape", "Enter"):
        button.focus()
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("button", name="Keep recording")).to_be_focused()
        page.keyboard.press(keep)
        expect(dialog).to_be_hidden()
        expect(button).to_be_focused()
    assert first.state() is None
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="End recording")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".state")).to_have_text("Ended")
    expect(page.locator(".why")).to_have_text("Ended by hand on this page")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(button).to_be_hidden()
    assert (first.state(), second.state()) == ("ended by hand", None)
    page.goto(recorder.endpoint + "/recordings/")
    rows(page).first.get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(rows(page).first.locator(".state")).to_have_text("Ended")
    expect(rows(page).first.get_by_role("link")).to_be_focused()
    assert second.state() == "ended by hand"


def test_the_list_follows_what_happens_without_taking_the_focus(
    recorder: RunningService, page: Page, seed: Start, films: Films
) -> None:
    old = seed(RecordUrl="https://example.com/old")
    old.has(films)
    page.goto(recorder.endpoint + "/recordings/")
    link = rows(page).first.get_by_role("link")
    link.focus()
    page.evaluate("document.activeElement.closest('li').mark = 'the same'")
    seed(RecordUrl="https://example.com/new")
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#announcement")).to_have_text(
        re.compile("https://example.com/new: Recording")
    )
    old.end("Page crashed")
    expect(rows(page).nth(1).locator(".state")).to_have_text("Failed")
    expect(page.locator("#announcement")).to_have_text(
        "https://example.com/old: Failed. Page crashed"
    )
    assert page.evaluate("document.activeElement.closest('li').mark") == "the same"
    recorder.reset()
    expect(page.locator("#empty")).to_be_visible()
    expect(page.locator("#empty")).to_contain_text("make up")
    expect(rows(page)).to_have_count(0)


@pytest.mark.slow
def test_a_hidden_tab_asks_for_nothing_and_one_that_shows_again_asks_at_once(
    recorder: RunningService, page: Page
) -> None:
    page.goto(recorder.endpoint + "/recordings/")
    expect(page.locator("#empty")).to_be_visible()
    asked: list[str] = []
    turn = """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(turn, True)
    page.wait_for_timeout(500)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(3000)
    assert asked == []
    with page.expect_request("**/recordings.json"):
        page.evaluate(turn, False)


@pytest.mark.slow
def test_a_service_that_is_gone_is_said_to_be_and_taken_up_again(
    browser: Browser, tmp_path: Path
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        with running_service(local_settings(data=tmp_path)) as recorder:
            port = int(recorder.endpoint.rpartition(":")[2])
            page.goto(recorder.endpoint + "/recordings/")
            expect(page.locator("#empty")).to_be_visible()
        expect(page.locator("#trouble")).to_have_text(re.compile("cannot be reached"))
        with running_service(local_settings(data=tmp_path, port=port)):
            expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_either_scheme(
    recorder: RunningService, page: Page, seed: Start, films: Films, scheme: Any
) -> None:
    long = seed(RecordUrl="https://example.com/" + "long" * 40, RecordId="r" * 31)
    long.has(films, "recording_0.mp4")
    long.live(films)
    page.set_viewport_size({"width": 360, "height": 640})
    page.emulate_media(color_scheme=scheme)
    backgrounds = set()
    for url, there in ((recorder.endpoint + "/recordings/", ".row"), (long.url, "video")):
        page.goto(url)
        expect(page.locator(there)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        backgrounds.add(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert backgrounds == {"rgb(245, 246, 248)" if scheme == "light" else "rgb(16, 20, 28)"}
