"""What a report means for a recording by TRTC, whose documented limits are pages of at most
1920x1080 pixels, media that play by themselves, and no WebGL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .page_report import PageReport

CANNOT: Literal["cannot be recorded as it is"] = "cannot be recorded as it is"
WORTH_KNOWING: Literal["worth knowing"] = "worth knowing"

LARGE = 0.1
"""The part of the picture from which a WebGL canvas counts as content, not as decoration."""

EARLY = 60.0
"""A page that goes wrong within so many seconds does so by itself; later, a network can fail."""

LONG = 2.0
"""Seconds of a page that are enough to judge its picture and sound."""

VERDICTS = {
    True: "TRTC can record this page as it is.",
    False: "TRTC cannot record this page as it is.",
    None: "Too little was seen of this page to say whether TRTC can record it.",
}


@dataclass(frozen=True)
class Finding:
    """What was found, one sentence, and what to do about it, another."""

    severity: Literal["cannot be recorded as it is", "worth knowing"]
    what: str
    cure: str


def findings(report: PageReport) -> list[Finding]:
    """Returns what there is to know before TRTC records the page, the worst first."""
    found = [*_openings(report), *_media(report), *_webgl(report), *_hints(report)]
    return sorted(found, key=lambda each: each.severity != CANNOT)


def recordable(report: PageReport) -> bool | None:
    """Returns whether the page can be recorded as it is; None if too little was seen of it."""
    if any(each.severity == CANNOT for each in findings(report)):
        return False
    return True if min(report.seconds, report.listened_seconds) >= LONG else None


def verdict(report: PageReport) -> str:
    """`recordable` as a sentence."""
    return VERDICTS[recordable(report)]


def as_json(report: PageReport) -> dict[str, Any]:
    """Returns the report with its findings, and the answer of `recordable`."""
    found = [asdict(each) for each in findings(report)]
    return {**asdict(report), "recordable": recordable(report), "findings": found}


def _openings(report: PageReport) -> Iterator[Finding]:
    if report.failure is not None:
        yield Finding(
            CANNOT,
            f"The recording failed: {report.failure}.",
            "Open the page in a browser on this machine; see the failed requests and errors.",
        )
    elif report.went_wrong is not None:
        yield Finding(
            CANNOT if report.went_wrong_after < EARLY else WORTH_KNOWING,
            f"The page went wrong and was loaded again {_times(report.reloads)}: "
            f"{report.went_wrong}.",
            "See where the page leads to, and its failed requests and errors.",
        )
    elif report.reloads:
        yield Finding(
            WORTH_KNOWING,
            f"The page was loaded again {_times(report.reloads)}.",
            "See the failed requests and errors; with ReadyTimeout, call notifyReady() earlier.",
        )


def _media(report: PageReport) -> Iterator[Finding]:
    silent = LONG <= report.listened_seconds == report.silent_seconds
    still = LONG <= report.seconds == report.still_seconds
    if report.waiting_videos:
        yield Finding(
            CANNOT if silent and still else WORTH_KNOWING,
            f"{_count(report.waiting_videos, 'video')} on the page did not begin to play.",
            "TRTC clicks nothing: give the video the attribute autoplay, or call play().",
        )
    if report.failed_videos:
        yield Finding(
            CANNOT,
            f"{_count(report.failed_videos, 'video')} on the page cannot be loaded or decoded.",
            "See the failed requests; use a format that Chromium plays: H.264, VP9 or AV1.",
        )
    if report.protected:
        yield Finding(
            CANNOT if silent and still else WORTH_KNOWING,
            "The page asked for the keys of a protected stream (EME), which the browser lacks.",
            "Give the page a stream without protection.",
        )
    if report.suspended_sound:
        yield Finding(
            CANNOT if silent else WORTH_KNOWING,
            f"{_count(report.suspended_sound, 'AudioContext')} of the page is suspended.",
            "TRTC clicks nothing: call resume() without waiting for a click.",
        )
    if silent:
        yield Finding(
            WORTH_KNOWING,
            "There was no sound.",
            "Check that this is meant: the recording is silent, too.",
        )
    if still:
        yield Finding(
            WORTH_KNOWING,
            "Nothing moved.",
            "Check that this is meant: a page that waits for a click or a sign-in stays as it is.",
        )


def _webgl(report: PageReport) -> Iterator[Finding]:
    if report.webgl is not None:
        share = round(100 * report.webgl.share)
        yield Finding(
            CANNOT if report.webgl.share >= LARGE else WORTH_KNOWING,
            f"The page draws {max(share, 1)} % of the picture with {report.webgl.api}.",
            "TRTC does not support WebGL: draw this with a 2D canvas, SVG or a video.",
        )


def _hints(report: PageReport) -> Iterator[Finding]:
    if report.declined:
        declined = [f"{kind} ({count})" for kind, count in report.declined.items()]
        yield Finding(
            WORTH_KNOWING,
            f"The page asked for what only a person can give: {', '.join(declined)}.",
            "Nobody answers in a recording: let the page do without.",
        )
    if report.failed_requests:
        yield Finding(
            WORTH_KNOWING,
            f"{_count(report.failed_requests, 'request')} of the page failed.",
            "Check that the page shows all it should; TRTC reaches public servers only.",
        )
    if report.console_errors:
        yield Finding(
            WORTH_KNOWING,
            f"The page wrote {_count(report.console_errors, 'error')} to its console.",
            "Check that the page shows all it should.",
        )
    if report.unwritten:
        yield Finding(
            WORTH_KNOWING,
            f"This machine has no font for {', '.join(report.unwritten)} and shows boxes.",
            "Install the fonts, see the recorder's README; or let the page bring its own.",
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
