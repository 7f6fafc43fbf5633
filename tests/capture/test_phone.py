"""A page takes an emulated phone or tablet for a real one, in its frames and workers too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from capture.facts import PAGES, PLACES
from capture.studio import LocalStudio, local_studio
from page_server import Site, served
from waiting import until


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    with local_studio(tmp_path_factory.mktemp("studio")) as studio:
        yield studio


def seen(studio: LocalStudio, **screen: Any) -> Site:
    """What the page tells of itself."""
    with served(PAGES) as site:
        task_id = studio.start(f"http://127.0.0.1:{site.port}/page", **screen)
        wanted = {*PLACES, "page itself", "page touch", "page screen", "frame touch"}
        until(lambda: wanted <= {name for name, _ in site.reports}, 20)
        # A service worker may have begun a moment before it is told.
        until(lambda: ["page service worker", site.report("page itself")] in site.reports, 10)
        studio.stop(task_id)
        studio.await_end(task_id)
        return site


@pytest.mark.parametrize(
    ("device", "landscape", "screen"),
    [
        ("Mobile", 0, [360, 640, 2, "portrait-primary"]),
        ("Tablet", 1, [960, 600, 2, "landscape-primary"]),
    ],
)
def test_agent_hints_touch_and_screen_of_a_device_agree_everywhere(
    studio: LocalStudio, device: str, landscape: int, screen: list[Any]
) -> None:
    is_tablet = int(device == "Tablet")
    emulated = {"MobileDeviceType": is_tablet, "ScreenOrientation": landscape}
    told = seen(studio, EmulateMobileParams=emulated)
    facts = told.report("page itself")
    assert "; Android 10; K)" in facts["agent"]
    assert (" Mobile " in facts["agent"]) == (not is_tablet)
    assert facts["data"]["platform"] == "Android"
    assert facts["data"]["mobile"] == (not is_tablet)
    assert "Chromium" in [brand["brand"] for brand in facts["data"]["brands"]]
    assert facts["more"]["formFactors"] == [device]
    assert told.report("page touch") == [5, True, True, False, True]
    assert told.report("frame touch") == [5, True, True, False, True]
    assert told.report("page screen") == screen
    assert told.report("frame screen") == screen
    for place in PLACES:
        assert told.report(place)["agent"] == facts["agent"]
        assert [place, facts] in told.reports, place
    for path in ("/page", "/page?framed"):
        headers = told.headers(path)
        assert headers["user-agent"] == facts["agent"]
        assert headers["sec-ch-ua-platform"] == '"Android"'
        assert headers["sec-ch-ua-mobile"] == f"?{1 - is_tablet}"


def test_a_desktop_is_no_headless_or_automated_browser(studio: LocalStudio) -> None:
    small = {"Width": 640, "Height": 360, "Format": "mp4"}
    told = seen(studio, WebRecordVideoParams=small)
    facts = told.report("page itself")
    assert "Headless" not in facts["agent"]
    assert told.report("page touch") == [0, False, False, True, False]
    assert told.report("frame screen") == [640, 360, 1, "landscape-primary"]
    for place in PLACES:
        assert told.report(place) == facts, place
