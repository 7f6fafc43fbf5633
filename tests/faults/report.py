"""The table of `make faults`: a line for each fault, however many runs it had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from faults.differences import NONE, Differences
from pulumi_stack import ProviderKind

HEADINGS = ("fault", "injected", "live == state", "duplicates", "orphans", "result")


@dataclass(frozen=True)
class Row:
    """The result of one run. Rows of the same `group` and `name` are one line of the table.

    `variant` distinguishes the runs of a line. `after_remedy`: the differences after the remedy of
    an open case. `wrong` describes what is not as expected; empty if nothing is.
    """

    group: str
    name: str
    variant: str
    injected: int
    differences: Differences
    wrong: str = ""
    after_remedy: Differences | None = None


def heading(group: str, provider: ProviderKind) -> str:
    """A group's heading; the dynamic resource is the one that is not named."""
    return group if provider == "dynamic" else f"{group}, {provider} resource"


def table(rows: Iterable[Row]) -> str:
    """All rows, by group and line, in the order of their first appearance."""
    groups: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        groups.setdefault(row.group, {}).setdefault(row.name, []).append(row)
    lines: list[tuple[str, ...]] = [HEADINGS]
    for group, by_name in groups.items():
        lines += [("",) * len(HEADINGS), (group, *("",) * (len(HEADINGS) - 1))]
        lines += map(_line, by_name.values())
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *map(str.rjust, line[1:-1], widths[1:-1]), line[-1]]
        ).rstrip()
        for line in lines
    )


def complaints(rows: Iterable[Row]) -> str:
    """What is wrong, by run; empty if nothing is."""
    return "\n".join(
        f"\n{row.group}: {row.name} ({row.variant or 'the only run'})\n{row.wrong}"
        for row in rows
        if row.wrong
    )


def summary(rows: list[Row], seconds: float) -> str:
    closed = [row for row in rows if row.after_remedy is None]
    total = sum((row.differences for row in closed), NONE)
    wrong = sum(1 for row in rows if row.wrong)
    return (
        f"{len(rows)} runs, {sum(row.injected for row in rows)} faults in {seconds / 60:.1f} min: "
        f"{total.missing + total.orphans} differences between live and state, {total.duplicates} "
        f"duplicates, {total.orphans} orphans; {len(rows) - len(closed)} open cases, each with a "
        f"remedy that works; {wrong} runs not as expected"
    )


def _line(rows: list[Row]) -> tuple[str, ...]:
    total = sum((row.differences for row in rows), NONE)
    return (
        f"  {rows[0].name}",
        str(sum(row.injected for row in rows)),
        "no" if total.missing or total.orphans else "yes",
        str(total.duplicates),
        str(total.orphans),
        _result(rows),
    )


def _result(rows: list[Row]) -> str:
    wrong = [row.variant or "failed" for row in rows if row.wrong]
    if wrong:
        return f"WRONG: {', '.join(wrong)}"
    first = rows[0]
    if first.after_remedy is None:
        return "ok"
    after = "0" if first.after_remedy == NONE else "not 0"
    left = "orphan until MaxDurationLimit" if first.differences.orphans else "recording is missing"
    return f"open: {left}; {after} after the remedy"
