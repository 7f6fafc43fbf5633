"""A real browser, and a service whose viewer it opens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from capture.sample_media import Films
from capture.viewer.seeded_recording import SeededRecording
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from trtc_recorder.testing import RunningService, local_settings, running_service
from trtc_recorder.worker.programs import Programs

TIMEOUT = 30_000
"""Milliseconds for what a busy machine may be slow at."""


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="module")
def browser(programs: Programs) -> Iterator[Browser]:
    options = ["--host-resolver-rules=MAP rebound.example.com 127.0.0.1"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    data = tmp_path_factory.mktemp("data")
    options = {"visible_after": 0, "requests_per_second": 0, "data": data}
    with running_service(local_settings(**options)) as service:
        yield service


@pytest.fixture
def service(viewer: RunningService) -> RunningService:
    viewer.reset()
    return viewer


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's window, in which no page may complain."""
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT)
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    yield context
    context.close()
    assert [each for each in complaints if "status of 40" not in each] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def start(service: RunningService) -> Callable[..., SeededRecording]:
    """Start a task, with some of its parameters changed."""
    return lambda **changes: SeededRecording(service, **changes)
