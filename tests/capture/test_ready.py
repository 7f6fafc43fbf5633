"""Whatever way a page tells that it is ready, and whatever it answers before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from capture.studio import LocalStudio, local_studio
from page_server import Answer, Paths, flat, served
from trtc_recorder.browser.options import CaptureOptions

TELLS = "notifyReady();"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStudio]:
    options = CaptureOptions(opening_timeout=1)
    with local_studio(tmp_path_factory.mktemp("studio"), options=options) as studio:
        yield studio


READY: dict[str, Paths] = {
    "from a frame": {"/": flat(body="<iframe src=/frame></iframe>"), "/frame": flat(TELLS)},
    "from a frame of another site": {
        "/": flat(body="<iframe src='http://localhost:PORT/frame'></iframe>"),
        "/frame": flat(TELLS),
    },
    "from a frame that is removed at once": {
        "/": flat("""
            const frame = document.createElement('iframe');
            frame.src = '/frame';
            document.body.append(frame);
            addEventListener('message', () => frame.remove());"""),
        "/frame": flat(f"{TELLS} parent.postMessage('done', '*');"),
    },
    "and moves on at once": {"/": flat(f"{TELLS} location = '/class';"), "/class": flat()},
    "with a status of 404": {"/": Answer(flat(TELLS).body, status=404)},
    "after a slow first byte": {"/": Answer(flat(TELLS).body, delay=3)},
}


@pytest.mark.parametrize("way", READY)
def test_a_page_is_ready(studio: LocalStudio, way: str) -> None:
    with served(READY[way]) as site:
        task_id = studio.start(site.address, ReadyTimeout=10)
        studio.await_start(task_id)
        studio.stop(task_id)
        assert studio.await_end(task_id) == "stopped"
    assert studio.callbacks.messages(task_id, 803) == []
