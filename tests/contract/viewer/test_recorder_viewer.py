"""The page to look at, over HTTP: the page, and the data behind it."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from contract.http_client import raw
from trtc_recorder import NoCapture
from trtc_recorder.report import page_report
from trtc_recorder.report.page_report import PageReport
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_recorder.tasks.storage import REPORT
from trtc_recorder.testing import RunningService, local_settings, running_service
from trtc_recorder.viewer import routes
from viewer_fixtures import FILM, PLAYLIST, Start


def listing(recorder: RunningService, path: str = "/recordings.json") -> Any:
    status, _, body = raw(recorder, "GET", path)
    assert status == 200
    return json.loads(body)


def test_a_recording_is_listed_with_all_that_the_page_shows(
    recorder: RunningService, seed: Start
) -> None:
    made = seed(
        RecordId="lobby",
        RecordUrl="https://user:pass@example.com/lobby?token=canary#canary",
        WebRecordVideoParams={"Width": 640, "Height": 360},
        PublishCdnParams=[{"PublishCdnUrl": "rtmp://push.example.com/live/canary"}],
    )
    made.write("files/recording_0.mp4")
    poster = made.write("poster.jpg")
    made.write("live/live.m3u8", PLAYLIST)
    found = listing(recorder)
    assert (found["live"], found["ended"], found["older"], found["notice"]) == (1, 0, 0, None)
    assert found["now"] == pytest.approx(recorder.now(), abs=60)
    (one,) = found["recordings"]
    assert one["started_at"] == pytest.approx(found["now"], abs=60)
    assert one["poster"] == poster.stat().st_mtime
    file = {"name": "recording_0.mp4", "format": "mp4", "bytes": 1024, "seconds": None}
    assert made.listed() == {**one, "bytes": 1024, "files": [file], "live_playlist": True}
    del one["started_at"], one["poster"]
    assert one == {
        "task_id": made.task_id,
        "record_id": "lobby",
        "sdk_app_id": 1600011111,
        "page": "https://example.com/lobby",
        "state": "live",
        "ended_at": None,
        "end_reason": None,
        "failed": False,
        "width": 640,
        "height": 360,
        "upload": None,
    }
    assert b"canary" not in made.get(".json")[2]


@pytest.mark.parametrize(
    ("reason", "failed"),
    [
        ("stopped", False),
        ("MaxDurationLimit", False),
        ("Goto url timeout", True),
        ("start failed", True),
    ],
)
def test_why_it_ended_is_listed_and_whether_it_failed(
    seed: Start, reason: str, failed: bool
) -> None:
    made = seed()
    made.end(reason)
    one = made.listed()
    assert (one["state"], one["end_reason"], one["failed"]) == ("ended", reason, failed)
    assert one["ended_at"] >= one["started_at"]


def test_an_hls_recording_is_one_file_with_its_segments(seed: Start) -> None:
    made = seed()
    made.write("files/recording.m3u8", PLAYLIST)
    for n in range(3):
        made.write(f"files/recording_{n:05d}.ts")
    one, size = made.listed(), len(PLAYLIST) + 3 * len(FILM)
    file = {"name": "recording.m3u8", "format": "hls", "bytes": size, "seconds": None}
    assert (one["bytes"], one["files"]) == (size, [file])


def test_a_finished_file_has_its_length(recorder: RunningService, seed: Start) -> None:
    made = seed()
    made.write("files/recording_0.mp4")
    made.write("files/recording_1.mp4")
    finished = MediaFile("recording_0.mp4", "mp4", begun_at=0, seconds=61.5)
    recorder.service.on_event(made.task_id, Event("files ready", files=(finished,)))
    assert [file["seconds"] for file in made.listed()["files"]] == [61.5, None]


def test_parts_are_in_the_order_of_their_numbers(seed: Start) -> None:
    made = seed()
    for n in (10, 9, 0, 1):
        made.write(f"files/recording_{n}.mp4")
    names = [file["name"] for file in made.listed()["files"]]
    assert names == [f"recording_{n}.mp4" for n in (0, 1, 9, 10)]


@pytest.mark.parametrize("segments", [0, 2, 3])
def test_a_live_stream_is_listed_once_a_browser_can_begin_to_play_it(
    seed: Start, segments: int
) -> None:
    made = seed()
    head, *rest = PLAYLIST.replace(":1.5", ":2.0").split("#EXTINF")
    made.write("live/live.m3u8", "#EXTINF".join([head, *rest[:segments]]))
    assert made.listed()["live_playlist"] is (segments == 3)


def test_a_phone_has_the_size_of_its_video(seed: Start) -> None:
    one = seed(EmulateMobileParams={"MobileDeviceType": 0, "ScreenOrientation": 0}).listed()
    assert (one["width"], one["height"]) == (720, 1280)


def test_the_newest_come_first_and_only_old_ended_ones_are_left_out(
    recorder: RunningService, seed: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "RECENT", 2)
    live, *ended = (seed() for _ in range(6))
    for one in ended:
        one.end("stopped")
    found = listing(recorder)
    assert (found["live"], found["ended"], found["older"]) == (1, 5, 3)
    assert [one["task_id"] for one in found["recordings"]] == [
        one.task_id for one in (ended[4], ended[3], live)
    ]


@pytest.mark.parametrize(
    ("notice", "advice"), [("No Xvfb.", None), (None, "No font for Thai.")], ids=str
)
def test_that_pages_are_not_recorded_is_a_notice_and_what_the_machine_lacks_is_an_advice(
    tmp_path: Path, notice: str | None, advice: str | None
) -> None:
    capture = NoCapture(notice)
    capture.advice = advice
    with running_service(local_settings(data=tmp_path), capture=capture) as recorder:
        found = listing(recorder)
        assert (found["notice"], found["advice"]) == (notice, advice)
        assert recorder.service.warning == notice


def test_an_id_is_found_however_its_plus_is_written(recorder: RunningService, seed: Start) -> None:
    task_ids = (seed().task_id for _ in range(50))
    task_id = next(each for each in task_ids if "+" in each and "-" in each)
    for written in (task_id, quote(task_id, safe="")):
        one = listing(recorder, f"/recordings/{written}.json")["recording"]
        assert one["task_id"] == task_id
        status, headers, body = raw(recorder, "GET", f"/recordings/{written}")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert b"<title>Recordings</title>" in body


def test_the_report_of_a_page_comes_with_its_findings(
    recorder: RunningService, seed: Start
) -> None:
    made = seed()
    assert listing(recorder, made.path + ".json")["report"] is None
    seen = PageReport(first_paint=0.5, console_errors=1, console=("TypeError: x",))
    page_report.write(seen, made.working / REPORT)
    found = listing(recorder, made.path + ".json")["report"]
    (finding,) = found.pop("findings")
    assert found.pop("recordable") is None
    assert finding["severity"] == "worth knowing"
    assert set(finding) == {"severity", "what", "cure"}
    assert set(found) == {field.name for field in fields(PageReport)}
    assert (found["first_paint"], found["ready"], found["console"]) == (0.5, None, ["TypeError: x"])


def test_an_unknown_id_is_not_found(recorder: RunningService) -> None:
    status, headers, _ = raw(recorder, "GET", "/recordings/unknown")
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    for below in (".json", "/files/recording_0.mp4", "/poster.jpg", "/live/live.m3u8"):
        assert raw(recorder, "GET", f"/recordings/unknown{below}")[0] == 404
    assert raw(recorder, "POST", "/recordings/unknown/end")[0] == 404


def test_the_page_is_whole_and_takes_nothing_from_elsewhere(recorder: RunningService) -> None:
    seen: set[str] = set()
    queue = {"/recordings/", "/demo"}
    while queue:
        path = queue.pop()
        seen.add(path)
        status, _, body = raw(recorder, "GET", path)
        text = body.decode()
        assert status == 200, path
        assert "//" not in re.sub(r"(^|\s)//.*|https://…|http://www\.w3\.org/2000/svg", "", text)
        named = re.findall(r'(?:src|href|from) ?=?"(\.?/[^"]+)"', text)
        queue |= {re.sub(r"^\./", "/static/", name) for name in named} - seen
    assert {"/static/viewer.js", "/static/player.js", "/static/list.css"} <= seen
