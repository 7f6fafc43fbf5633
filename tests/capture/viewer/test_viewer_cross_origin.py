"""What a cross-origin page can do to the viewer and to the control plane: nothing.

Another port of 127.0.0.1 is the same site; `localhost` is another one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from capture.sample_media import Films
from page_server import Answer, served
from playwright.sync_api import Browser, Page, expect
from trtc_recorder.testing import RunningService
from viewer_fixtures import Start


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served({"/": Answer("<!doctype html><title>Elsewhere</title><body>")}) as site:
        yield site.port


@pytest.fixture(params=["127.0.0.1", "localhost"])
def elsewhere(request: pytest.FixtureRequest, browser: Browser, port: int) -> Iterator[Page]:
    """A page of another origin."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://{request.param}:{port}/")
        yield page


def test_another_page_ends_no_recording_and_moves_no_control(
    recorder: RunningService, elsewhere: Page, seed: Start
) -> None:
    recording = seed()
    end, control = f"{recording.url}/end", f"{recorder.endpoint}/control"
    posted = (end, f"{control}/reset", f"{control}/tasks/{recording.task.task_id}/end")
    for url in posted:
        elsewhere.evaluate(
            "url => fetch(url, { method: 'POST', mode: 'no-cors' }).catch(() => {})", url
        )
        elsewhere.evaluate("url => navigator.sendBeacon(url, '{}')", url)
    for url in (*posted, f"{control}/tasks"):
        method = "GET" if url.endswith("/tasks") else "POST"
        with elsewhere.expect_navigation() as response:
            elsewhere.evaluate(
                """([url, method]) => {
                    const form = document.body.appendChild(document.createElement("form"));
                    Object.assign(form, { action: url, method });
                    form.submit();
                }""",
                [url, method],
            )
        assert response.value is not None
        assert response.value.status == 403
        elsewhere.go_back()
        expect(elsewhere).to_have_title("Elsewhere")
    assert recording.state() is None
    assert len(recorder.tasks()) == 1


def test_another_page_neither_reads_nor_shows_a_recording(
    recorder: RunningService, elsewhere: Page, seed: Start, films: Films
) -> None:
    recording = seed()
    recording.has(films, "recording_0.mp4")
    data = f"{recorder.endpoint}/recordings.json"
    for mode in ("cors", "no-cors"):
        read = elsewhere.evaluate(
            """([url, mode]) => fetch(url, { mode, credentials: "include" }).then(
                (response) => response.text(), () => "")""",
            [data, mode],
        )
        assert read == ""
    for tag, url in (
        ("img", f"{recording.url}/poster.jpg"),
        ("video", f"{recording.url}/files/recording_0.mp4"),
        ("script", data),
        ("script", f"{recorder.endpoint}/static/viewer.js"),
        ("img", f"{recorder.endpoint}/control/tasks"),
    ):
        event = elsewhere.evaluate(
            """([tag, src]) => new Promise((done) => {
                const element = document.createElement(tag);
                for (const name of ["load", "loadeddata", "error"])
                    element.addEventListener(name, () => done(name));
                element.src = src;
                document.body.append(element);
            })""",
            [tag, url],
        )
        assert (tag, event) == (tag, "error")


def test_another_page_cannot_frame_the_viewer(
    recorder: RunningService, elsewhere: Page, seed: Start
) -> None:
    for url in (seed().url, f"{recorder.endpoint}/recordings/", f"{recorder.endpoint}/demo"):
        with elsewhere.expect_event("framenavigated"):
            elsewhere.evaluate(
                """src => document.body.replaceChildren(
                    Object.assign(document.createElement("iframe"), { src }))""",
                url,
            )
        frame = elsewhere.frames[-1]
        assert frame.url == "chrome-error://chromewebdata/"
        assert frame.locator("#main, #clock").count() == 0


def test_a_link_on_another_page_leads_to_a_recording(elsewhere: Page, seed: Start) -> None:
    recording = seed()
    elsewhere.evaluate(
        """href => document.body.replaceChildren(
            Object.assign(document.createElement("a"), { href, textContent: "see" }))""",
        recording.url,
    )
    elsewhere.get_by_text("see").click()
    expect(elsewhere.locator(".state")).to_have_text("Recording")


def test_a_name_that_was_made_to_lead_here_gets_nothing(
    recorder: RunningService, elsewhere: Page, seed: Start
) -> None:
    recording = seed()
    for path in ("/recordings/", "/recordings.json", "/demo", "/control/tasks"):
        url = recorder.endpoint.replace("127.0.0.1", "rebound.example.com") + path
        response = elsewhere.goto(url)
        assert response is not None
        assert response.status == 403
        assert recording.task.task_id not in elsewhere.content()


def test_the_control_plane_is_closed_to_the_users_own_browser(
    recorder: RunningService, page: Page
) -> None:
    response = page.goto(f"{recorder.endpoint}/control/tasks")
    assert response is not None
    assert response.status == 403
