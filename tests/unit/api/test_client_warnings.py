"""Warnings in the Warning header of a response; TRTC sends none."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from trtc_webrecord.errors import ApiError
from unit.api_bench import BODY, Bench
from unit.scripted_service import NOT_THERE, STARTED, Reply, error

WARNING = "Nothing is recorded here: run `apt-get install ffmpeg`."
SHOWN = [f"warning from the service: {WARNING}"]


def warned(reply: Reply, value: str) -> Reply:
    return replace(reply, headers={"Warning": value})


def test_a_warning_is_shown_once_however_often_it_is_sent(api_bench: Bench) -> None:
    api = api_bench.serve(endless=warned(STARTED, f'299 - "{WARNING}"'), requests_per_second=1000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: api.start(BODY), range(24)))
    assert api_bench.shown == SHOWN


def test_warnings_may_come_with_any_response_and_have_quotes(api_bench: Bench) -> None:
    quoted = r'299 127.0.0.1:8790 "no \"Xvfb\" in C:\\bin", 299 - "The disk is full."'
    last = warned(error("InvalidParameter"), '299 - "last"')
    api = api_bench.serve(warned(NOT_THERE, quoted), last)
    assert api.describe("task-1") is None
    with pytest.raises(ApiError):
        api.start(BODY)
    assert api_bench.shown == [
        r'warning from the service: no "Xvfb" in C:\bin',
        "warning from the service: The disk is full.",
        "warning from the service: last",
    ]


@pytest.mark.parametrize(
    "value", ['110 - "Response is Stale"', "299", '299 - "unfinished', "1299 - nothing", ""]
)
def test_any_other_header_is_not_shown(api_bench: Bench, value: str) -> None:
    assert api_bench.serve(warned(STARTED, value)).start(BODY).task_id == "task-1"
    assert api_bench.shown == []


def test_a_warning_without_a_callback_is_ignored(api_bench: Bench) -> None:
    api = api_bench.serve(warned(STARTED, f'299 - "{WARNING}"'), notify=None)
    assert api.start(BODY).task_id == "task-1"
