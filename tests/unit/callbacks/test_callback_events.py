from __future__ import annotations

import dataclasses
import json
import pickle
from datetime import datetime, timezone
from typing import Any

import pytest
from trtc_webrecord import callbacks
from trtc_webrecord.callbacks import Event, RelayState, UploadedFile
from unit.callback_bodies import body, headers, page

CANARY = "canary7f3a"
RTMP = f"rtmp://user:{CANARY}@push.example.com:1935/live/{CANARY}-key?txSecret={CANARY}"
SENT_AT = datetime(2021, 5, 28, 7, 17, 55, 913000, timezone.utc)
HAPPENED_AT = datetime(2021, 5, 28, 7, 17, 55, 757000, timezone.utc)
SPAN = {"StartTimeStamp": 1622186275757, "EndTimeStamp": 1622186275913}


def parsed(raw: bytes) -> Event:
    return callbacks.parse(headers(raw), raw)


@pytest.mark.parametrize(
    ("number", "status", "message", "kind"),
    [
        (801, 1, "Success", callbacks.Started),
        (801, 2, "StartRecording error", callbacks.Failed),
        (801, 2, "Goto url timeout: net::ERR_CONNECTION_REFUSED", callbacks.PageNotOpened),
        (801, 5, "Page load timeout", callbacks.PageNotOpened),
        (801, 3, "Goto url timeout", callbacks.Interrupted),
        (801, 4, "Recording tasks have been migrated", callbacks.Migrated),
        (801, 5, "Chrome exception, exit task", callbacks.Failed),
        (802, 1, "Success", callbacks.Ended),
        (803, 1, "PageRefresh", callbacks.PageRefreshed),
        (803, 2, "RecordPaused", callbacks.Paused),
        (803, 3, "RecordResume", callbacks.Resumed),
        (804, 1, "Over time limit", callbacks.LimitReached),
        (804, 2, "Exceeding resolution limitation", callbacks.LimitReached),
    ],
)
def test_each_callback_of_a_page_is_an_event_of_its_own_kind(
    number: int, status: int, message: str, kind: type[Event]
) -> None:
    event = parsed(page(number, status, message))
    assert type(event) is kind
    assert (event.sdk_app_id, event.task_id) == (1600011111, "task-1")
    assert (event.happened_at, event.sent_at) == (HAPPENED_AT, SENT_AT)
    assert (event.group, event.type, event.status, event.reason) == (8, number, status, message)
    if isinstance(event, callbacks.LimitReached):
        assert event.limit == {1: "duration", 2: "resolution"}[status]


def test_mp4_files_on_cos_have_names_and_times_and_the_task_without_its_suffix() -> None:
    listed = [{"FileName": name, "TrackType": "audio_video", **SPAN} for name in ("a.mp4", "b.mp4")]
    payload = {"Status": 0, "FileList": ["a.mp4", "b.mp4"], "FileMessage": listed}
    event = parsed(body(3, 310, payload, TaskId="task-1_StartTimeMs_1622186275757"))
    assert isinstance(event, callbacks.Uploaded)
    assert event.task_id == "task-1"
    assert event.files == tuple(
        UploadedFile(name=name, begun_at=HAPPENED_AT, ended_at=SENT_AT)
        for name in ("a.mp4", "b.mp4")
    )


def test_a_file_on_vod_has_an_id_and_a_url_that_hides_its_query() -> None:
    url = f"https://vod.example.com/a.mp4?t={CANARY}"
    video = {"FileId": "387702", "VideoUrl": url, "CacheFile": "a.mp4", **SPAN}
    event = parsed(body(3, 311, {"Status": 0, "TencentVod": video}))
    assert isinstance(event, callbacks.Uploaded)
    (file,) = event.files
    assert (file.name, file.file_id, file.begun_at) == ("a.mp4", "387702", HAPPENED_AT)
    assert file.url is not None
    assert file.url.get_secret_value() == url
    assert str(file.url) == "https://vod.example.com/a.mp4?…"
    assert CANARY not in repr(event)


@pytest.mark.parametrize(
    ("number", "payload", "kind"),
    [
        (305, {"Status": 0}, callbacks.AllUploaded),
        (305, {"LeaveCode": 1}, callbacks.UploadFailed),
        (305, {"LeaveCode": 2}, callbacks.AllUploaded),
        (310, {"Status": 1, "FileList": ["a.mp4"]}, callbacks.UploadFailed),
        (310, {"Status": 2}, callbacks.UploadFailed),
        (311, {"Status": 2, "Errmsg": "no space"}, callbacks.UploadFailed),
        (312, {"Status": 0}, callbacks.AllUploaded),
        (312, {"Status": 1}, callbacks.UploadFailed),
    ],
)
def test_whether_everything_was_uploaded_is_told(
    number: int, payload: dict[str, Any], kind: type[Event]
) -> None:
    event = parsed(body(3, number, payload))
    assert type(event) is kind
    assert event.reason == payload.get("Errmsg", "")
    if isinstance(event, callbacks.UploadFailed):
        assert [(file.name, file.begun_at) for file in event.files] == [
            (name, None) for name in payload.get("FileList", [])
        ]


@pytest.mark.parametrize("state", RelayState)
def test_each_state_of_a_relay_is_told_with_a_url_that_hides_its_key(state: RelayState) -> None:
    refused = f"no such stream {CANARY}-key in {RTMP}"
    payload = {"Url": RTMP, "Status": int(state), "ErrorCode": 7, "ErrorMsg": refused}
    event = parsed(body(4, 401, payload))
    assert isinstance(event, callbacks.RelayChanged)
    assert (event.state, event.error_code) == (state, 7)
    assert event.url.get_secret_value() == RTMP
    assert str(event.url) == f"{event.url}" == "rtmp://push.example.com:1935/…"
    assert event.reason == "no such stream … in rtmp://push.example.com:1935/…"
    assert CANARY not in f"{event} {event!r} {dataclasses.asdict(event)} {event.id}"
    assert {event, pickle.loads(pickle.dumps(event))} == {event}


def test_the_vendors_example_of_a_relay_is_understood() -> None:
    info = {"RoomId": "xx", "RoomType": 1, "UserId": "xx", "TaskId": 7, "EventTsMs": 1622186275757}
    raw = body(4, 401, {"Url": "rtmp://tencent-url/xxxx", "Status": 2}, **info, EventMsTs=None)
    event = parsed(raw)
    assert isinstance(event, callbacks.RelayChanged)
    assert (event.task_id, event.happened_at) == ("7", HAPPENED_AT)


def test_urls_in_a_reason_are_shown_without_their_secrets() -> None:
    event = parsed(page(801, 2, f"Goto url timeout: https://u:{CANARY}@example.com/a?t={CANARY}"))
    assert event.reason == "Goto url timeout: https://example.com/a?…"


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"EventMsTs": "1622186275757"}, HAPPENED_AT),
        ({"EventMsTs": None, "EventTs": "1622186275"}, HAPPENED_AT.replace(microsecond=0)),
        ({"EventMsTs": None, "EventTs": 1622186275}, HAPPENED_AT.replace(microsecond=0)),
        ({"EventMsTs": None}, SENT_AT),
        ({"EventMsTs": 10**40}, SENT_AT),
    ],
)
def test_the_time_of_an_event_is_the_best_one_told(
    info: dict[str, Any], expected: datetime
) -> None:
    assert parsed(body(8, 802, {"Status": 1}, **info)).happened_at == expected


@pytest.mark.parametrize(
    "raw",
    [
        *(body(*kind, {"Status": 1}) for kind in ((9, 801), (8, 805))),
        *(body(8, 801, payload) for payload in ({"Status": 6}, {"Status": True}, {}, None, [1])),
        body(8, 801, {"Status": 1}, TaskId=None),
        body(4, 401, {"Status": 2}),
        body(4, 401, {"Status": 9, "Url": f"rtmp://{CANARY}"}),
        body(1, 101, {}, RoomId=7),
    ],
)
def test_what_is_not_known_is_an_unknown_event_with_its_body(raw: bytes) -> None:
    event = parsed(raw)
    assert isinstance(event, callbacks.UnknownEvent)
    assert event.body.get_secret_value() == raw
    assert CANARY not in f"{event} {json.dumps(dataclasses.asdict(event), default=str)}"


@pytest.mark.parametrize(
    "raw",
    [
        CANARY.encode(),
        f'{{"EventGroupId": 8, "{CANARY}'.encode(),
        b"\xff\xfe" + CANARY.encode(),
        json.dumps({CANARY: CANARY}).encode(),
        body(CANARY, 801, {}),
        body(8, True, {}),
        json.dumps({**json.loads(page(801, 1)), "CallbackTs": 10**30}).encode(),
        json.dumps({**json.loads(page(801, 1)), "EventInfo": CANARY}).encode(),
        b"[" * 100_000,
    ],
)
def test_what_is_no_callback_is_one_error_that_tells_nothing_of_it(raw: bytes) -> None:
    with pytest.raises(callbacks.Malformed) as caught:
        parsed(raw)
    assert CANARY not in f"{caught.value} {caught.value.__context__!r} {caught.value.__cause__!r}"


def test_a_huge_body_is_rejected_before_anything_is_done_with_it() -> None:
    huge = b" " * (callbacks.MOST_BYTES + 1)
    with pytest.raises(callbacks.Malformed, match="more than 1048576 bytes"):
        callbacks.receive({}, huge, "key")


@pytest.mark.parametrize("given_headers", [{}, {"SdkAppId": "x"}, {"SdkAppId": "9" * 5000}])
def test_without_a_usable_header_there_is_no_sdk_app_id(given_headers: dict[str, str]) -> None:
    assert callbacks.parse(given_headers, page(801, 1)).sdk_app_id is None
