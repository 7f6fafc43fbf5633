"""The page to look at, over HTTP: the page, and the data behind it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import quote

import pytest
from contract.viewer.looking import FILM, PLAYLIST, Call, Started, listing, path_of
from trtc_recorder import NoCapture
from trtc_recorder.report import page_report
from trtc_recorder.report.page_report import PageReport
from trtc_recorder.tasks.events import Event, MediaFile
from trtc_recorder.tasks.storage import REPORT
from trtc_recorder.testing import RunningService, local_settings, running_service
from trtc_recorder.viewer.listing import RECENT


def test_a_recording_is_told_with_all_that_the_page_shows(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    task_id, recording, working = started(
        RecordId="lobby",
        RecordUrl="https://user:pass@example.com/lobby?token=canary#canary",
        WebRecordVideoParams={"Width": 640, "Height": 360},
        PublishCdnParams=[{"PublishCdnUrl": "rtmp://push.example.com/live/canary"}],
    )
    (recording / "recording_0.mp4").write_bytes(FILM)
    (working / "poster.jpg").write_bytes(b"jpeg")
    (working / "live" / "live.m3u8").write_text(PLAYLIST)
    told = listing(recorder, raw)
    assert (told["live"], told["ended"], told["older"], told["notice"]) == (1, 0, 0, None)
    assert told["now"] == pytest.approx(recorder.now(), abs=60)
    (one,) = told["recordings"]
    assert one["started_at"] == pytest.approx(told["now"], abs=60)
    assert one["poster"] == (working / "poster.jpg").stat().st_mtime
    del one["started_at"], one["poster"]
    file = {"name": "recording_0.mp4", "format": "mp4", "bytes": 1024, "seconds": None}
    assert one == {
        "task_id": task_id,
        "record_id": "lobby",
        "sdk_app_id": 1600011111,
        "page": "https://example.com/lobby",
        "state": "live",
        "ended_at": None,
        "end_reason": None,
        "failed": False,
        "width": 640,
        "height": 360,
        "bytes": 1024,
        "files": [file],
        "live_playlist": True,
    }
    assert b"canary" not in raw(recorder, "GET", path_of(task_id) + ".json")[2]


@pytest.mark.parametrize(
    ("reason", "failed"),
    [
        ("stopped", False),
        ("MaxDurationLimit", False),
        ("Goto url timeout", True),
        ("start failed", True),
    ],
)
def test_why_it_ended_is_told_and_whether_it_failed(
    recorder: RunningService, raw: Call, started: Started, reason: str, failed: bool
) -> None:
    task_id, *_ = started()
    recorder.end(task_id, reason)
    (one,) = listing(recorder, raw)["recordings"]
    assert (one["state"], one["end_reason"], one["failed"]) == ("ended", reason, failed)
    assert one["ended_at"] >= one["started_at"]


def test_an_hls_recording_is_one_file_with_its_segments(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    task_id, recording, _ = started()
    (recording / "recording.m3u8").write_text(PLAYLIST)
    for n in range(3):
        (recording / f"recording_{n:05d}.ts").write_bytes(FILM)
    recorder.end(task_id)
    (one,) = listing(recorder, raw)["recordings"]
    size = len(PLAYLIST) + 3 * len(FILM)
    assert one["bytes"] == size
    assert one["files"] == [
        {"name": "recording.m3u8", "format": "hls", "bytes": size, "seconds": None}
    ]


def test_a_finished_file_has_its_length(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    task_id, recording, _ = started()
    recorder.end(task_id)
    for n in range(2):
        (recording / f"recording_{n}.mp4").write_bytes(FILM)
    finished = MediaFile("recording_0.mp4", "mp4", begun_at=0, seconds=61.5)
    recorder.service.on_event(task_id, Event("files ready", files=(finished,)))
    one = listing(recorder, raw, path_of(task_id) + ".json")["recording"]
    assert [file["seconds"] for file in one["files"]] == [61.5, None]


def test_parts_are_in_the_order_of_their_numbers(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    _, recording, _ = started()
    for n in (10, 9, 0, 1):
        (recording / f"recording_{n}.mp4").touch()
    (one,) = listing(recorder, raw)["recordings"]
    assert [file["name"] for file in one["files"]] == [f"recording_{n}.mp4" for n in (0, 1, 9, 10)]


@pytest.mark.parametrize("segments", [0, 2, 3])
def test_a_live_stream_is_told_of_once_a_browser_can_begin_to_play_it(
    recorder: RunningService, raw: Call, started: Started, segments: int
) -> None:
    _, _, working = started()
    head, *rest = PLAYLIST.replace(":1.5", ":2.0").split("#EXTINF")
    playlist = head + "".join(f"#EXTINF{segment}" for segment in rest[:segments])
    (working / "live" / "live.m3u8").write_text(playlist)
    (one,) = listing(recorder, raw)["recordings"]
    assert one["live_playlist"] is (segments == 3)


def test_a_phone_has_the_size_of_its_video(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    started(EmulateMobileParams={"MobileDeviceType": 0, "ScreenOrientation": 0})
    (one,) = listing(recorder, raw)["recordings"]
    assert (one["width"], one["height"]) == (720, 1280)


def test_the_newest_come_first_and_only_old_ended_ones_are_left_out(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    live, *_ = started()
    ended = [started()[0] for _ in range(RECENT + 3)]
    for task_id in ended:
        recorder.service.end(task_id)
    told = listing(recorder, raw)
    assert (told["live"], told["ended"], told["older"]) == (1, RECENT + 3, 3)
    shown = [one["task_id"] for one in told["recordings"]]
    assert shown == [*reversed(ended[3:]), live]


def test_that_pages_are_not_recorded_is_told(tmp_path: Path, raw: Call) -> None:
    with running_service(local_settings(data=tmp_path), capture=NoCapture("No Xvfb.")) as recorder:
        assert listing(recorder, raw)["notice"] == "No Xvfb."


def test_what_the_machine_lacks_is_told_beside_and_with_no_start(tmp_path: Path, raw: Call) -> None:
    capture = NoCapture()
    capture.advice = "No font for Thai."
    with running_service(local_settings(data=tmp_path), capture=capture) as recorder:
        told = listing(recorder, raw)
        assert (told["notice"], told["advice"]) == (None, "No font for Thai.")
        assert recorder.service.warning is None


def test_an_id_is_found_however_its_plus_is_written(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    task_id = next(t for t, *_ in (started() for _ in range(50)) if "+" in t and "-" in t)
    for written in (task_id, quote(task_id, safe="")):
        one = listing(recorder, raw, f"/recordings/{written}.json")["recording"]
        assert one["task_id"] == task_id
        status, headers, body = raw(recorder, "GET", f"/recordings/{written}")
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert b"<title>Recordings</title>" in body


def test_the_report_of_a_page_is_told_with_what_is_found_in_it(
    recorder: RunningService, raw: Call, started: Started
) -> None:
    task_id, _, working = started()
    assert listing(recorder, raw, path_of(task_id) + ".json")["report"] is None
    seen = PageReport(first_paint=0.5, console_errors=1, console=("TypeError: x",))
    page_report.write(seen, working / REPORT)
    told = listing(recorder, raw, path_of(task_id) + ".json")["report"]
    (found,) = told.pop("findings")
    assert told.pop("recordable") is None
    assert found["severity"] == "worth knowing"
    assert set(found) == {"severity", "what", "cure"}
    assert set(told) == {field.name for field in fields(PageReport)}
    assert (told["first_paint"], told["ready"], told["console"]) == (0.5, None, ["TypeError: x"])


def test_an_unknown_id_is_said_to_be_unknown(recorder: RunningService, raw: Call) -> None:
    status, headers, _ = raw(recorder, "GET", "/recordings/unknown")
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    for below in (".json", "/files/recording_0.mp4", "/poster.jpg", "/live/live.m3u8"):
        assert raw(recorder, "GET", f"/recordings/unknown{below}")[0] == 404
    assert raw(recorder, "POST", "/recordings/unknown/end")[0] == 404


def test_the_page_is_whole_and_takes_nothing_from_elsewhere(
    recorder: RunningService, raw: Call
) -> None:
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
