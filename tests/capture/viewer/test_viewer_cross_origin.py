"""What a cross-origin page can do to the viewer and to the control plane: nothing.

Here, what a browser sends; `tests/contract/viewer` has what the service makes of it. Another port
of 127.0.0.1 is the same site; `localhost` is another one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from page_server import Answer, served
from playwright.sync_api import Browser, Page, expect
from trtc_recorder.testing import RunningService
from viewer_fixtures import Start

pytestmark = pytest.mark.slow


@pytest.fixture(params=["127.0.0.1", "localhost"])
def elsewhere(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of another origin."""
    title = Answer("<!doctype html><title>Elsewhere</title><body>")
    with served({"/": title}) as site, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"http://{request.param}:{site.port}/")
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
