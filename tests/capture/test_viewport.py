"""The picture is the page from edge to edge, and no pointer is on it; see `make pages`, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from capture.media_probe import probe
from capture.recording_service import recording_service
from fidelity.frames import foreign_frames
from page_server import Answer, served

UNHOVERED = """
<!doctype html><meta name=viewport content="width=device-width">
<style>
  html { background: #0a0; overflow: hidden }
  html:hover { background: #f00 }
  iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0 }
</style>
<body title="a tooltip">
"""
"""A green page that is red while a pointer is on it."""

PAGES = {
    "/page": Answer(UNHOVERED),
    "/framed": Answer(UNHOVERED + "<iframe src=http://localhost:PORT/page></iframe>"),
}


def desktop(width: int, height: int) -> dict[str, Any]:
    return {"WebRecordVideoParams": {"Width": width, "Height": height, "Format": "mp4"}}


def mobile(tablet: int, landscape: int) -> dict[str, Any]:
    device = {"MobileDeviceType": tablet, "ScreenOrientation": landscape}
    return {"EmulateMobileParams": device}


@pytest.mark.parametrize(
    "screens",
    [
        pytest.param(
            {(1280, 720): desktop(1280, 720), (642, 362): desktop(641, 361)}, id="720p and odd"
        ),
        pytest.param(
            {(720, 1280): mobile(0, 0), (1920, 1200): mobile(1, 1)},
            id="upright phone, flat tablet",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_the_page_fills_the_picture_and_nothing_hovers_it(
    tmp_path: Path, screens: dict[tuple[int, int], dict[str, Any]]
) -> None:
    with served(PAGES) as site, recording_service(tmp_path) as service:
        urls = [f"http://127.0.0.1:{site.port}/{path}" for path in ("page", "framed")]
        pages = zip(urls, screens.values(), strict=True)
        task_ids = [service.start(url, **screen) for url, screen in pages]
        for task_id, size in zip(task_ids, screens, strict=True):
            (file,) = service.finish(task_id).files
            seen = probe(file)
            assert (seen.width, seen.height) == size
            frames, foreign = foreign_frames(file)
            assert (frames > 0, foreign) == (True, 0)
