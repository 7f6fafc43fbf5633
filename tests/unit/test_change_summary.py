from __future__ import annotations

from trtc_webrecord.change_summary import ChangeSummary
from trtc_webrecord.recording.stored import UNKNOWN, Stored


def old(status: str = "recording", retained: bool = False) -> Stored:
    stored = Stored.of("task-1", {"status": status})
    return Stored(**{**vars(stored), "is_retained": retained})


def test_what_an_interrupted_create_has_left_is_started_by_an_update() -> None:
    summary = ChangeSummary()
    summary.update("a", {"max_duration_limit": 3600}, old(UNKNOWN))
    assert summary.sentence() == "starts 1; adds at most 60 min"


def test_what_starts_later_is_in_the_line_with_its_minutes() -> None:
    later = "later, by startAt: 2, at most 120 min"
    hour = {"max_duration_limit": 3600}
    summary = ChangeSummary(waiting={"mon": hour, "tue": hour})
    assert summary.sentence() == f"starts and stops nothing; {later}"
    summary.start("a", hour)
    assert summary.sentence() == f"starts 1; adds at most 60 min; {later}"
    assert summary.sentence(0.02).endswith(f"{later}, 2.40 at the price that is set")


def test_of_many_names_the_first_five_are_listed() -> None:
    summary = ChangeSummary()
    for name in "abcdefg":
        summary.remove(name, old(retained=True))
    assert summary.sentence() == (
        "starts and stops nothing; lets a, b, c, d, e and 2 more go on (retainOnDelete)"
    )
