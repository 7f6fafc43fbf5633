"""A page takes an emulated phone or tablet for a real one, in its frames and workers too."""

from __future__ import annotations

from typing import Any

import pytest
from capture.browser_probe import CONTEXTS, PAGES
from capture.media_probe import Probe, probe
from capture.recording_service import RecordingService
from page_server import Site, served
from waiting import until


def reported(service: RecordingService, **screen: Any) -> tuple[Site, Probe]:
    """What the page reports of its browser, and its recording."""
    with served(PAGES) as site:
        task_id = service.start(f"http://127.0.0.1:{site.port}/page", **screen)
        wanted = {*CONTEXTS, "page itself", "page touch", "page screen", "frame touch"}
        until(lambda: wanted <= {name for name, _ in site.reports}, 30)
        # A service worker may have begun a moment before it was emulated.
        until(lambda: ["page service worker", site.report("page itself")] in site.reports, 20)
        made = service.finish(task_id)
        return site, probe(made.files[0])


@pytest.mark.parametrize(
    ("device", "landscape", "size", "screen"),
    [
        ("Mobile", 0, (720, 1280), [360, 640, 2, "portrait-primary"]),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in (
                ("Mobile", 1, (1280, 720), [640, 360, 2, "landscape-primary"]),
                ("Tablet", 0, (1200, 1920), [600, 960, 2, "portrait-primary"]),
                ("Tablet", 1, (1920, 1200), [960, 600, 2, "landscape-primary"]),
            )
        ),
    ],
)
def test_agent_hints_touch_and_screen_of_a_device_agree_everywhere(
    service: RecordingService, device: str, landscape: int, size: tuple[int, int], screen: list[Any]
) -> None:
    is_tablet = int(device == "Tablet")
    emulated = {"MobileDeviceType": is_tablet, "ScreenOrientation": landscape}
    site, video = reported(service, EmulateMobileParams=emulated)
    browser = site.report("page itself")
    assert "; Android 10; K)" in browser["agent"]
    assert (" Mobile " in browser["agent"]) == (not is_tablet)
    assert browser["data"]["platform"] == "Android"
    assert browser["data"]["mobile"] == (not is_tablet)
    assert "Chromium" in [brand["brand"] for brand in browser["data"]["brands"]]
    assert browser["more"]["formFactors"] == [device]
    for frame in ("page", "frame"):
        assert site.report(f"{frame} touch") == [5, True, True, False, True]
        assert site.report(f"{frame} screen") == screen
    assert site.report("page viewport") == screen[:2]
    assert (video.width, video.height) == size
    for context in CONTEXTS:
        assert site.report(context)["agent"] == browser["agent"]
        assert [context, browser] in site.reports, context
    for path in ("/page", "/page?framed"):
        headers = site.headers(path)
        assert headers["user-agent"] == browser["agent"]
        assert headers["sec-ch-ua-platform"] == '"Android"'
        assert headers["sec-ch-ua-mobile"] == f"?{1 - is_tablet}"


def test_a_desktop_is_no_headless_or_automated_browser(service: RecordingService) -> None:
    site, _ = reported(service)
    browser = site.report("page itself")
    assert "Headless" not in browser["agent"]
    assert site.report("page touch") == [0, False, False, True, False]
    assert site.report("frame screen") == [640, 360, 1, "landscape-primary"]
    for context in CONTEXTS:
        assert site.report(context) == browser, context
    # At PulseAudio's own rate, 44100, the clock of a null sink is wrong.
    assert site.report("page samples a second") == 48000
