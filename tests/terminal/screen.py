"""What a command shows in a terminal, without what differs from run to run."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte
from ptyprocess import PtyProcess

LINES, COLUMNS = 100, 700
"""So high that nothing scrolls away, so wide that nothing is broken; see WIDTH."""

WIDTH = 120
"""Longer lines are broken between words."""

SECONDS = re.compile(r" \([\d.]+s\)")
VARYING = (
    (re.compile(r"Duration: .*"), "Duration: <seconds>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"), "<time>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<RequestId>"),
    (re.compile(r"\blobby-[a-z2-7]{18}\b"), "lobby-<digest>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1:8790"),
)
TASK_ID = re.compile(r"(?<![\w+-])[\w+-]{92}(?![\w+-])")


def shown(command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> list[str]:
    """The lines on the screen when the command has ended, whatever its exit code."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    process = PtyProcess.spawn(
        list(command),
        cwd=str(directory),
        env={**environment, "TERM": "xterm-256color"},
        dimensions=(LINES, COLUMNS),
    )
    try:
        while True:
            stream.feed(process.read(65536))
    except EOFError:
        process.wait()
    return "\n".join(line.rstrip() for line in screen.display).rstrip().splitlines()


class Normal:
    """Replaces what varies; the first TaskId that is seen is `<TaskId 1>`, and so on."""

    def __init__(self) -> None:
        self._task_ids: list[str] = []

    def lines(self, screen: Sequence[str]) -> list[str]:
        """The same lines, at most WIDTH wide."""
        lines = [self._replace(line) for line in _without_seconds(_in_order(screen))]
        return [part for line in lines for part in _wrapped(line)]

    def _replace(self, line: str) -> str:
        for pattern, to in VARYING:
            line = pattern.sub(to, line)
        return TASK_ID.sub(self._task_id, line)

    def _task_id(self, found: re.Match[str]) -> str:
        if found[0] not in self._task_ids:
            self._task_ids.append(found[0])
        return f"<TaskId {self._task_ids.index(found[0]) + 1}>"


def _in_order(screen: Sequence[str]) -> list[str]:
    """The resources below Diagnostics in the order of their types: they come as they finish."""
    blocks = "\n".join(screen).split("\n\n")
    at = [n for n, block in enumerate(blocks) if re.match(r"(Diagnostics:\n)?  \S", block)]
    told = sorted(blocks[n].removeprefix("Diagnostics:\n") for n in at)
    for n, block in zip(at, told, strict=True):
        blocks[n] = block if n != at[0] else f"Diagnostics:\n{block}"
    return "\n\n".join(blocks).splitlines()


def _without_seconds(screen: Sequence[str]) -> list[str]:
    """How long a resource took is taken out, and the column behind it moved to the left.

    The column is dropped if nothing is in it: a message that passed leaves its heading.
    """
    lines = [SECONDS.sub("", line) for line in screen]
    heading = next((n for n, line in enumerate(screen) if re.match(r" +Type +Name", line)), None)
    if heading is None or "Info" not in screen[heading]:
        return lines
    info = screen[heading].index("Info")
    end = heading + [*screen[heading:], ""].index("")
    left = [SECONDS.sub("", row[:info]).rstrip() for row in screen[heading:end]]
    if not any(row[info:].strip() for row in screen[heading + 1 : end]):
        return [*lines[:heading], *left, *lines[end:]]
    width = max(map(len, left)) + 2
    rows = [
        f"{before:{width}}{row[info:]}".rstrip()
        for before, row in zip(left, screen[heading:end], strict=True)
    ]
    return [*lines[:heading], *rows, *lines[end:]]


def _wrapped(line: str) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    wrapper = textwrap.TextWrapper(WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return wrapper.wrap(line) or [""]
