"""A recording that was seeded, and how it is looked at over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from trtc_recorder.testing import RunningService

Call = Callable[..., Any]
Body = Callable[..., dict[str, Any]]
Started = Callable[..., tuple[str, Path, Path]]

FILM = bytes(range(256)) * 4
PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + "#EXTINF:1.5,\nrecording_00000.ts\n" * 4


def listing(recorder: RunningService, raw: Call, path: str = "/recordings.json") -> Any:
    status, _, body = raw(recorder, "GET", path)
    assert status == 200
    return json.loads(body)


def path_of(task_id: str) -> str:
    return f"/recordings/{quote(task_id, safe='')}"
