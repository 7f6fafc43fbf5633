from __future__ import annotations

from typing import Any

import pytest
from trtc_webrecord.change_summary import ChangeSummary
from trtc_webrecord.recording.stored import UNKNOWN, Stored

HOUR = {"max_duration_limit": 3600}


def old(status: str = "recording", retained: bool = False) -> Stored:
    stored = Stored.of("task-1", {"status": status})
    return Stored(**{**vars(stored), "is_retained": retained})


STARTS_ONE = "starts 1; adds at most 60 min"


@pytest.mark.parametrize(
    ("calls", "sentence"),
    [
        ([], "starts and stops nothing"),
        ([("start", "a", HOUR)], STARTS_ONE),
        ([("start", "a", HOUR), ("start", "b", {})], "starts 2; adds at most 1500 min"),
        ([("start", "a", HOUR, old())], "starts 1, stops 1; adds at most 60 min"),
        ([("start", "a", HOUR, old("ended"))], STARTS_ONE),
        ([("start", "a", {**HOUR, "adopt_task_id": "t"})], "adopts 1"),
        ([("remove", "a", old()), ("remove", "b", old("ended"))], "stops 1"),
        ([("remove", "a", old("ended"))], "starts and stops nothing"),
        (
            [("remove", "a", old(retained=True))],
            "starts and stops nothing; lets a go on (retainOnDelete)",
        ),
        ([("update", "a", HOUR, old())], "changes 1 in place"),
        ([("update", "a", HOUR, old(UNKNOWN))], STARTS_ONE),
        (
            [("remove", name, old(retained=True)) for name in "abcdefg"],
            "starts and stops nothing; lets a, b, c, d, e and 2 more go on (retainOnDelete)",
        ),
    ],
)
def test_the_line_counts_what_costs_money_and_what_ends(
    calls: list[tuple[Any, ...]], sentence: str
) -> None:
    summary = ChangeSummary()
    for operation, *arguments in calls:
        getattr(summary, operation)(*arguments)
    assert summary.sentence() == sentence


def test_the_cost_is_that_of_the_minutes() -> None:
    summary = ChangeSummary()
    summary.start("a", HOUR)
    assert summary.sentence(0.02).endswith("adds at most 60 min, 1.20 at the price that is set")
