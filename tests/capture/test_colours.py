"""A recording has the page's colours, by the matrix that its tags name."""

from __future__ import annotations

import json

import pytest
from capture.media_probe import decoded, ffprobe
from capture.recording_service import RecordingService
from page_server import Answer, served

COLOURS = {
    "#f00": (255, 0, 0),
    "#0f0": (0, 255, 0),
    "#00f": (0, 0, 255),
    "#fff": (255, 255, 255),
    "#000": (0, 0, 0),
    "#808080": (128, 128, 128),
    "#404040": (64, 64, 64),
    "#c0c0c0": (192, 192, 192),
}
COLUMNS = 4
PATCHES = (
    "<!doctype html><style>body { margin: 0; height: 100vh; display: grid; "
    f"grid-template: 1fr 1fr / repeat({COLUMNS}, 1fr) }}</style>"
    + "".join(f"<i style='background: {colour}'></i>" for colour in COLOURS)
)
TAGS = {
    "color_space": "bt709",
    "color_primaries": "bt709",
    "color_transfer": "bt709",
    "color_range": "tv",
}

MIDDLES = (
    "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int,format=rgb24,"
    f"scale={COLUMNS}:2:flags=neighbor"
)
"""ffmpeg's filter for a pixel of each patch, as RGB by the matrix of the tags."""

NEAR = 4
"""Of 255."""


@pytest.mark.parametrize(
    ("width", "height", "form"),
    [
        (640, 360, "mp4"),
        pytest.param(640, 360, "hls", marks=pytest.mark.slow),
        pytest.param(1920, 1080, "mp4", marks=pytest.mark.slow),
    ],
)
def test_the_colours_are_the_pages_own_by_the_matrix_of_the_tags(
    service: RecordingService, width: int, height: int, form: str
) -> None:
    video = {"Width": width, "Height": height, "Format": form}
    with served({"/": Answer(PATCHES)}) as site:
        (file,) = service.record(site.address, 1.5, WebRecordVideoParams=video).files
    entries = ["-select_streams", "v", "-show_entries", f"stream={','.join(TAGS)}"]
    (told,) = json.loads(ffprobe(file, *entries, "-of", "json"))["streams"]
    assert told == TAGS
    pixels = decoded(file, "-vf", MIDDLES, "-f", "rawvideo")[-3 * len(COLOURS) :]
    for number, (name, colour) in enumerate(COLOURS.items()):
        pixel = tuple(pixels[3 * number : 3 * number + 3])
        assert pixel == pytest.approx(colour, abs=NEAR), name
