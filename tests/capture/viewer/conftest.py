"""A real browser, and a service whose viewer it opens."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from capture.sample_media import Films
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from trtc_recorder.worker.programs import Programs
from viewer_fixtures import data, recorder, seed, viewer

__all__ = ["browser", "context", "data", "films", "page", "recorder", "seed", "viewer"]

TIMEOUT = 30_000
"""Milliseconds for what a busy machine may be slow at."""


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Films:
    return Films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="module")
def browser(programs: Programs) -> Iterator[Browser]:
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=TIMEOUT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs.chromium, args=options)
        yield browser
        browser.close()


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
