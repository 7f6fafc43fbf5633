"""What is written for a request."""

from __future__ import annotations

from typing import Any

import pytest
from capture.recording_service import COS, start_body
from trtc_recorder.media.outputs import hls, live, mp4, outputs
from trtc_webrecord.declaration.spec import StartWebRecordRequest

DAY = 24 * 60 * 60


def written(video: dict[str, Any] | None = None, **storage: Any) -> list[str]:
    body = start_body(
        "https://example.com/",
        StorageParams=storage or {"CloudStorage": COS},
        WebRecordVideoParams=video,
    )
    return outputs(StartWebRecordRequest.model_validate(body, by_alias=True, by_name=False))


def test_cos_gets_what_format_says() -> None:
    assert written({"Format": "mp4"}) == [live(), mp4(DAY)]
    assert written({"Format": "hls"}) == [live(), hls()]


def test_without_a_format_it_is_mp4() -> None:
    assert written() == [live(), mp4(DAY)]


@pytest.mark.parametrize(
    ("media_type", "files"), [(0, [mp4(DAY)]), (1, [hls()]), (3, [mp4(DAY), hls()])]
)
def test_vod_gets_what_media_type_says(media_type: int, files: list[str]) -> None:
    vod = {"TencentVod": {"MediaType": media_type}}
    assert written({"Format": "hls"}, CloudVod=vod) == [live(), *files]


def test_max_media_file_duration_is_in_minutes() -> None:
    assert written({"MaxMediaFileDuration": 2}) == [live(), mp4(120)]
