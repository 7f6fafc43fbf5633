"""The report of a page: what is made of messages that nobody can trust, and what is found in it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from trtc_recorder.report import page_report
from trtc_recorder.report.findings import CANNOT, WORTH_KNOWING, findings, recordable
from trtc_recorder.report.observer import Observer
from trtc_recorder.report.page_report import FailedRequest, PageReport, WebGL
from trtc_recorder.report.text import lines
from trtc_recorder.tasks.events import Event

FINE = PageReport(first_paint=0.5, seconds=5, listened_seconds=5)
HARDLY_HEARD = replace(FINE, listened_seconds=1)
SILENT_AND_STILL = replace(FINE, silent_seconds=5, still_seconds=5)


@pytest.fixture
def seen() -> Observer:
    observed = Observer("https://example.com/?token=CANARY", 1000 * 500, {})
    observed.opening()
    return observed


def document(id: str, **changes: object) -> str:
    told = {"id": id, "top": False, "webgl": ["", 0], "waiting": 0, "suspended": 0, "failed": 0}
    return json.dumps({**told, **changes})


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("painted", "soon"),
        ("seen", ""),
        ("seen", "[]"),
        ("seen", "{}"),
        ("seen", document("a", webgl=["webgl9", 5])),
        ("seen", document("a", webgl="webgl")),
        ("seen", document("a", waiting="many")),
        ("unwritten", "Klingon"),
        ("nonsense", "x"),
    ],
)
def test_a_message_that_makes_no_sense_is_ignored(seen: Observer, kind: str, detail: str) -> None:
    seen.message(kind, detail)
    assert seen.report == PageReport()


def test_what_was_declined_is_counted_by_kind_up_to_a_limit(seen: Observer) -> None:
    for _ in range(3):
        seen.message("declined", "alert")
    for number in range(100):
        seen.message("declined", f"kind {number}")
    assert seen.report.declined["alert"] == 3
    assert len(seen.report.declined) == 20


def test_what_waits_is_added_up_over_frames_and_forgotten_with_the_page(seen: Observer) -> None:
    seen.message("seen", document("page", top=True, waiting=1))
    seen.message("seen", document("frame", waiting=1, suspended=1))
    assert (seen.report.waiting_videos, seen.report.suspended_sound) == (2, 1)
    seen.message("seen", document("frame"))
    assert (seen.report.waiting_videos, seen.report.suspended_sound) == (1, 0)
    seen.message("seen", document("next page", top=True))
    assert seen.report.waiting_videos == 0


def test_the_largest_canvas_is_told_as_a_part_of_the_picture(seen: Observer) -> None:
    for area in (50_000, 100_000, 25_000):
        seen.message("seen", document("page", webgl=["webgl", area]))
    assert seen.report.webgl == WebGL("WebGL", 0.2)
    seen.message("seen", document("page", webgl=["webgpu", 9e9]))
    assert seen.report.webgl == WebGL("WebGPU", 1.0)


def test_seconds_without_change_and_sound_are_counted(seen: Observer) -> None:
    for checksum in ("a", "a", "b", "b", "b"):
        seen.picture(checksum)
    for peak in (-math.inf, -80.0, -20.0):
        seen.sound(peak)
    told = seen.report
    assert (told.seconds, told.still_seconds) == (4, 3)
    assert (told.listened_seconds, told.silent_seconds) == (3, 2)


def test_reloads_are_counted_and_an_abnormal_end_is_a_failure(seen: Observer) -> None:
    for kind in ("page refreshed", "page refreshed", "started"):
        seen.event(Event(kind))
    assert (seen.report.reloads, seen.report.failure, seen.report.went_wrong) == (2, None, None)
    for reason in ("HTTP status 500", "HTTP status 502"):
        seen.event(Event("page refreshed", reason))
    assert (seen.report.reloads, seen.report.went_wrong) == (4, "HTTP status 500")
    assert 0 <= seen.report.went_wrong_after < 10
    seen.event(Event("abnormal", "the page crashed"))
    assert seen.report.failure == "the page crashed"


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    written = replace(
        SILENT_AND_STILL,
        console=("an error",),
        requests=(FailedRequest("https://example.com/", "HTTP status 404"),),
        declined={"print": 2},
        unwritten=("Thai",),
        webgl=WebGL("WebGL", 0.5),
    )
    page_report.write(written, file)
    assert page_report.read(file) == written
    page_report.write(FINE, file)
    assert page_report.read(file) == FINE
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"console": 5}'])
def test_a_report_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    assert page_report.read(tmp_path / "report.json") is None
    assert page_report.read(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    ("told", "severities"),
    [
        (FINE, []),
        (PageReport(), []),
        (HARDLY_HEARD, []),
        *((replace(told, failure="Page load timeout"), [CANNOT]) for told in (FINE, PageReport())),
        (PageReport(webgl=WebGL("WebGL", 1)), [CANNOT]),
        (replace(FINE, reloads=1), [WORTH_KNOWING]),
        (replace(FINE, reloads=2, went_wrong="HTTP status 500", went_wrong_after=5), [CANNOT]),
        (
            replace(FINE, reloads=2, went_wrong="HTTP status 500", went_wrong_after=500),
            [WORTH_KNOWING],
        ),
        (replace(FINE, failure="crash", reloads=2, went_wrong="crash"), [CANNOT]),
        (SILENT_AND_STILL, [WORTH_KNOWING] * 2),
        (replace(FINE, silent_seconds=4, still_seconds=4), []),
        (replace(FINE, waiting_videos=1), [WORTH_KNOWING]),
        (replace(SILENT_AND_STILL, waiting_videos=1), [CANNOT] + [WORTH_KNOWING] * 2),
        (replace(FINE, failed_videos=1), [CANNOT]),
        (replace(FINE, protected=1), [WORTH_KNOWING]),
        (replace(SILENT_AND_STILL, protected=1), [CANNOT] + [WORTH_KNOWING] * 2),
        (replace(FINE, suspended_sound=1), [WORTH_KNOWING]),
        (replace(FINE, silent_seconds=5, suspended_sound=1), [CANNOT, WORTH_KNOWING]),
        (replace(FINE, webgl=WebGL("WebGL", 0.1)), [CANNOT]),
        (replace(FINE, webgl=WebGL("WebGL", 0.001)), [WORTH_KNOWING]),
        (replace(FINE, declined={"print": 1}, console_errors=1), [WORTH_KNOWING] * 2),
        (replace(FINE, failed_requests=1, unwritten=("Thai",)), [WORTH_KNOWING] * 2),
        (replace(FINE, declined={"a": 1}, webgl=WebGL("WebGL", 1)), [CANNOT, WORTH_KNOWING]),
    ],
)
def test_what_is_found_and_what_of_it_keeps_a_page_from_being_recorded(
    told: PageReport, severities: list[str]
) -> None:
    found = findings(told)
    assert [each.severity for each in found] == severities
    assert all(each.what.endswith(".") and each.cure.endswith(".") for each in found)
    nothing_seen = told in (PageReport(), HARDLY_HEARD)
    assert recordable(told) is (None if nothing_seen else CANNOT not in severities)


def test_the_lines_say_first_whether_it_can_be_recorded() -> None:
    assert lines(FINE)[0] == "TRTC can record this page as it is."
    told = replace(FINE, failure="Page load timeout", console_errors=7, console=("one", "two"))
    said = lines(told)
    assert said[0] == "TRTC cannot record this page as it is."
    assert said[1].startswith("  - cannot be recorded as it is: The recording failed: Page load")
    assert [line.strip() for line in said[-3:]] == ["console      one", "two", "and 5 more"]
