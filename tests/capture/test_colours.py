"""A recording has the page's colours, by the matrix that its tags name."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
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

NEAR = 4
"""Of 255."""


def tags(file: Path) -> dict[str, str]:
    """What a player is told of a file's colours."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-of", "json"]
    command += ["-show_entries", f"stream={','.join(TAGS)}", str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    stream: dict[str, str] = json.loads(found.stdout)["streams"][0]
    return stream


def last_frame(file: Path) -> bytes:
    """Its pixels as RGB, by the matrix of the tags."""
    matrix = "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int"
    command = ["ffmpeg", "-v", "error", "-sseof", "-1", "-i", str(file), "-frames:v", "1"]
    command += ["-vf", f"{matrix},format=rgb24", "-f", "rawvideo", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


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
    assert tags(file) == TAGS
    pixels = last_frame(file)
    for number, (name, colour) in enumerate(COLOURS.items()):
        row, column = divmod(number, COLUMNS)
        x, y = (2 * column + 1) * width // (2 * COLUMNS), (2 * row + 1) * height // 4
        at = 3 * (y * width + x)
        assert tuple(pixels[at : at + 3]) == pytest.approx(colour, abs=NEAR), name
