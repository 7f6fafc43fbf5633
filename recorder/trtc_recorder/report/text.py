"""A page's report as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from .findings import findings, verdict
from .page_report import PageReport


def lines(report: PageReport) -> list[str]:
    """Returns the verdict, each finding with what to do, and the figures."""
    found = [f"  - {each.severity}: {each.what} {each.cure}" for each in findings(report)]
    figures = [f"  {name:<13}{value}" for name, value in _figures(report)]
    return [verdict(report), *found, *figures]


def _figures(report: PageReport) -> Iterator[tuple[str, str]]:
    yield "first paint", _after(report.first_paint)
    if report.ready is not None:
        yield "ready", _after(report.ready)
    if report.seconds:
        yield "picture", f"did not change in {report.still_seconds:g} of {report.seconds:g} s"
        yield "sound", f"silent in {report.silent_seconds:g} of {report.listened_seconds:g} s"
    requests = [f"{each.url}: {each.reason}" for each in report.requests]
    yield from _few("failed", requests, report.failed_requests)
    yield from _few("console", list(report.console), report.console_errors)


def _few(name: str, first: list[str], count: int) -> Iterator[tuple[str, str]]:
    for line in first:
        yield name, line
        name = ""
    if count > len(first):
        yield name, f"and {count - len(first)} more"


def _after(seconds: float | None) -> str:
    return "not yet" if seconds is None else f"{seconds:.1f} s after the page was opened"
