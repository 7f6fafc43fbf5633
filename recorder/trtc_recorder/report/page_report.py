"""The report of a page: what was seen of it while it was recorded. Nothing in it is secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

FEW = 5
"""How many messages and requests are kept; all are counted."""


@dataclass(frozen=True)
class FailedRequest:
    """A request of the page that failed: its URL without user info and query, and why."""

    url: str
    reason: str


@dataclass(frozen=True)
class WebGL:
    """A canvas that the page drew with `api`, and how much of the picture it covers, 0 to 1."""

    api: str
    share: float


@dataclass(frozen=True)
class PageReport:
    """A page as it was seen so far. Seconds are floats.

    `failure`: why it could not be recorded, or not to the end. `first_paint` and `ready` (its first
    `notifyReady()`): seconds after it was first opened; None if that has not happened. `reloads`:
    how often the recorder loaded it again. `went_wrong`: why it first had to, for another reason
    than a missed ReadyTimeout, `went_wrong_after`: when, in seconds after it was first opened.

    `seconds`: how long its picture has been observed, `still_seconds` of them without a change; it
    is compared once a second. `listened_seconds`, `silent_seconds`: the same of its sound.

    `console_errors` and `failed_requests` are counts (of errors at most 20 for each document and
    frame), `console` and `requests` the first FEW of them. `declined`: what the page asked of a
    person, by kind, and how often. `unwritten`: scripts of its text for which this machine has no
    font. `webgl`: the largest canvas of its kind. `waiting_videos`: visible videos that have never
    played. `suspended_sound`: AudioContexts that are suspended. `failed_videos`: those over a
    tenth of the picture that cannot be loaded or decoded. `protected`: how often the page asked
    for a key system (EME) that the browser does not have.
    """

    failure: str | None = None
    first_paint: float | None = None
    ready: float | None = None
    reloads: int = 0
    went_wrong: str | None = None
    went_wrong_after: float = 0.0
    seconds: float = 0.0
    still_seconds: float = 0.0
    listened_seconds: float = 0.0
    silent_seconds: float = 0.0
    console_errors: int = 0
    console: tuple[str, ...] = ()
    failed_requests: int = 0
    requests: tuple[FailedRequest, ...] = ()
    declined: Mapping[str, int] = field(default_factory=dict)
    unwritten: tuple[str, ...] = ()
    webgl: WebGL | None = None
    waiting_videos: int = 0
    suspended_sound: int = 0
    failed_videos: int = 0
    protected: int = 0


def write(report: PageReport, file: Path) -> None:
    """Replace the file at once, so that nobody reads a part of it. Raises OSError."""
    new = file.with_suffix(".tmp")
    new.write_text(json.dumps(asdict(report)), encoding="utf-8")
    new.replace(file)


def read(file: Path) -> PageReport | None:
    """Returns the report in a file; None if there is none that can be read."""
    try:
        return _of_json(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _of_json(found: dict[str, Any]) -> PageReport:
    known = {each.name: found[each.name] for each in fields(PageReport) if each.name in found}
    webgl = found["webgl"]
    return PageReport(
        **{
            **known,
            "console": tuple(found["console"]),
            "requests": tuple(FailedRequest(**each) for each in found["requests"]),
            "unwritten": tuple(found["unwritten"]),
            "webgl": WebGL(**webgl) if webgl else None,
        }
    )
