"""The page, by `trtc-recorder check` where it is installed."""

from __future__ import annotations

import shutil
import subprocess

from ..redaction import redact_url
from .result import Result, failed, ok, warning

PROGRAM = "trtc-recorder"

SHORTEST = 5.0
"""Seconds in which a page can be seen."""

CLOSING = 5.0
"""Seconds in which a check that is ended early closes its browser."""


def program() -> str | None:
    """The program that checks pages, if it is installed."""
    return shutil.which(PROGRAM)


def page(program: str, url: str, seconds: float) -> Result:
    """Whether a page can be recorded, as this machine's browser sees it in `seconds` at most."""
    shown = redact_url(url)
    command = [program, "check", "--seconds", "2", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            told, errors = process.communicate(url, timeout=seconds)
        except subprocess.TimeoutExpired:
            process.terminate()  # it takes its browser with it
            return warning(f"{shown}: not checked in {seconds:.0f} s", _command(shown))
    if process.returncode == 0:
        return ok(f"{shown} can be recorded")
    if process.returncode == 1:
        reason = next((each for each in told.splitlines() if each.startswith("  - ")), "")
        return failed(f"{shown} {reason.removeprefix('  - ')}", _command(shown))
    return warning(f"{shown} could not be looked at: {errors.strip().rpartition(chr(10))[2]}")


def _command(url: str) -> str:
    return f"`{PROGRAM} check {url}` prints the report."
