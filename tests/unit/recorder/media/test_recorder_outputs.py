from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recorder_tasks import start_request, vod
from trtc_recorder.media.outputs import hls, live, mp4, outputs

DAY = 24 * 60 * 60


@pytest.mark.parametrize(
    ("storage", "video", "files"),
    [
        ({}, {"Format": "mp4"}, [mp4(DAY)]),
        ({}, {"Format": "hls"}, [hls()]),
        ({}, {}, [mp4(DAY)]),
        ({}, {"MaxMediaFileDuration": 2}, [mp4(120)]),
        (vod(MediaType=0), {"Format": "hls"}, [mp4(DAY)]),
        (vod(MediaType=1), {"Format": "mp4"}, [hls()]),
        (vod(MediaType=3), {"Format": "hls"}, [mp4(DAY), hls()]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_cos_gets_what_format_says_and_vod_what_media_type_says(
    storage: dict[str, Any], video: dict[str, Any], files: list[str], tmp_path: Path
) -> None:
    changes = {"StorageParams": storage} if storage else {}
    request = start_request(WebRecordVideoParams=video, **changes)
    assert outputs(request, tmp_path) == [live(), *files]
