"""A service that has a viewer, and a path of each kind that it serves."""

from __future__ import annotations

import pytest
from viewer_fixtures import Start, data, recorder, seed, viewer

__all__ = ["data", "every_path", "recorder", "seed", "viewer"]


@pytest.fixture
def every_path(seed: Start) -> list[str]:
    """A path of each kind that responds to GET."""
    made = seed()
    files = ("files/recording_0.mp4", "poster.jpg", "live/live.m3u8")
    for path in files:
        made.write(path)
    below = ("", ".json", *(f"/{path}" for path in files))
    top = ("/recordings.json", "/recordings/", "/static/viewer.js", "/demo")
    return [*top, *(made.path + path for path in below)]
