"""The picture is the page from edge to edge, and no pointer is on it; see `make pages`, too."""

from __future__ import annotations

from capture.media_probe import probe
from capture.recording_service import RecordingService
from fidelity.frame_sizes import UNHOVERED, size
from fidelity.frames import foreign_frames
from page_server import served


def test_the_page_fills_a_picture_of_odd_size_and_nothing_hovers_it(
    service: RecordingService,
) -> None:
    with served(UNHOVERED) as site:
        (file,) = service.record(site.address, 1, **size(641, 361)).files
    seen = probe(file)
    assert (seen.width, seen.height) == (642, 362)
    frames, foreign = foreign_frames(file)
    assert (frames > 0, foreign) == (True, 0)
