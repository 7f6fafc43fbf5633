"""The table of `make faults`: a line for each fault, however many runs it had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from faults.verdict import CLEAN, Verdict
from pulumi_stack import ProviderKind

HEADINGS = ("fault", "injected", "live == state", "duplicates", "orphans", "result")


@dataclass(frozen=True)
class Row:
    """The result of one run. Rows of the same `group` and `name` are one line of the table.

    `variant` distinguishes the runs of a line. `after_remedy` is the verdict after the remedy of an
    open case. `wrong` describes what is not as expected; empty if nothing is.
    """

    group: str
    name: str
    variant: str
    injected: int
    verdict: Verdict
    wrong: str = ""
    after_remedy: Verdict | None = None


def heading(group: str, provider: ProviderKind) -> str:
    """A group's heading; the dynamic resource is the one that is not named."""
    return group if provider == "dynamic" else f"{group}, {provider} resource"


def printed(rows: Iterable[Row]) -> str:
    lines: list[tuple[str, ...]] = [HEADINGS]
    groups: list[int] = []
    for group, of_group in groupby(_in_order(rows), key=lambda row: row.group):
        groups.append(len(lines))
        lines.append((group, "", "", "", "", ""))
        for _, of_line in groupby(of_group, key=lambda row: row.name):
            lines.append(_line(list(of_line)))
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    text = []
    for number, line in enumerate(lines):
        if number in groups:
            text.append("")
        text.append(_padded(line, widths))
    return "\n".join(text)


def complaints(rows: Iterable[Row]) -> str:
    """What is wrong, by run; empty if nothing is."""
    return "\n".join(
        f"\n{row.group}: {row.name} ({row.variant or 'the only run'})\n{row.wrong}"
        for row in rows
        if row.wrong
    )


def summary(rows: list[Row], seconds: float) -> str:
    """One line on all runs."""
    closed = [row for row in rows if row.after_remedy is None]
    total = Verdict.total(row.verdict for row in closed)
    wrong = sum(1 for row in rows if row.wrong)
    return (
        f"{len(rows)} runs, {sum(row.injected for row in rows)} faults in {seconds / 60:.1f} min: "
        f"{total.missing + total.orphans} differences between live and state, {total.duplicates} "
        f"duplicates, {total.orphans} orphans; {len(rows) - len(closed)} open cases, each with a "
        f"remedy that works; {wrong} runs not as expected"
    )


def _in_order(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows sorted by group and line, in the order of their first appearance."""
    by_line: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        by_line.setdefault(row.group, {}).setdefault(row.name, []).append(row)
    for of_group in by_line.values():
        for of_line in of_group.values():
            yield from of_line


def _line(rows: list[Row]) -> tuple[str, ...]:
    verdict = Verdict.total(row.verdict for row in rows)
    return (
        f"  {rows[0].name}",
        str(sum(row.injected for row in rows)),
        "yes" if verdict.live_equals_state else "no",
        str(verdict.duplicates),
        str(verdict.orphans),
        _result(rows),
    )


def _result(rows: list[Row]) -> str:
    wrong = [row.variant or "failed" for row in rows if row.wrong]
    if wrong:
        return f"WRONG: {', '.join(wrong)}"
    if rows[0].after_remedy is None:
        return "ok"
    after = "0" if rows[0].after_remedy == CLEAN else "not 0"
    if rows[0].verdict.live_equals_state:
        return f"open: a second recording for seconds; {after} in the end"
    what = "orphan until MaxDurationLimit" if rows[0].verdict.orphans else "recording is missing"
    return f"open: {what}; {after} after the remedy"


def _padded(line: tuple[str, ...], widths: list[int]) -> str:
    first, *numbers, last = zip(line, widths, strict=True)
    return "  ".join(
        [first[0].ljust(first[1]), *(text.rjust(width) for text, width in numbers), last[0]]
    ).rstrip()
