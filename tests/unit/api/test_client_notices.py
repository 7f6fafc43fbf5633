"""What a service has people told beside its answers; TRTC itself says nothing that way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from trtc_webrecord.errors import ApiError
from unit.api_bench import Bench
from unit.scripted_service import NOT_THERE, STARTED, Reply, error

BODY = {"RecordId": "lobby-1"}
NOTICE = "Nothing is recorded here: run `apt-get install ffmpeg`."
SAID = [f"the service gives notice: {NOTICE}"]


def warned(reply: Reply, value: str) -> Reply:
    return replace(reply, headers={"Warning": value})


def test_a_notice_is_said_once_however_often_it_comes(api_bench: Bench) -> None:
    said: list[str] = []
    given = warned(STARTED, f'299 - "{NOTICE}"')
    api_bench.serve(endless=given)
    api = api_bench.api(api_bench.service.endpoint, say=said.append, requests_per_second=1000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: api.start(BODY), range(24)))
    assert said == SAID


def test_two_notices_are_said_both(api_bench: Bench) -> None:
    said: list[str] = []
    api_bench.serve(warned(STARTED, f'299 - "{NOTICE}", 299 - "The disk is full."'))
    api_bench.api(api_bench.service.endpoint, say=said.append).start(BODY)
    assert said == [*SAID, "the service gives notice: The disk is full."]


def test_a_notice_may_come_with_any_answer_and_quote_something(api_bench: Bench) -> None:
    said: list[str] = []
    api_bench.serve(
        warned(NOT_THERE, r'299 127.0.0.1:8790 "no \"Xvfb\" in C:\\bin"'),
        warned(error("InvalidParameter"), '299 - "last"'),
    )
    api = api_bench.api(api_bench.service.endpoint, say=said.append)
    assert api.describe("task-1") is None
    with pytest.raises(ApiError):
        api.start(BODY)
    assert said == [
        r'the service gives notice: no "Xvfb" in C:\bin',
        "the service gives notice: last",
    ]


@pytest.mark.parametrize(
    "value", ['110 - "Response is Stale"', "299", '299 - "unfinished', "1299 - nothing", ""]
)
def test_what_is_no_notice_is_not_said(api_bench: Bench, value: str) -> None:
    said: list[str] = []
    api_bench.serve(warned(STARTED, value), STARTED)
    api = api_bench.api(api_bench.service.endpoint, say=said.append)
    api.start(BODY)
    api.start(BODY)
    assert said == []


def test_where_nobody_listens_a_notice_changes_nothing(api_bench: Bench) -> None:
    api = api_bench.serve(warned(STARTED, f'299 - "{NOTICE}"'))
    assert api.start(BODY).task_id == "task-1"
