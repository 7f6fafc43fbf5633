"""What a check has found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "warning", "failed"]


@dataclass(frozen=True)
class Result:
    """`found` is what was seen, `remedy` what to do; neither has a secret."""

    status: Status
    found: str
    remedy: str = ""


def ok(found: str) -> Result:
    """Nothing to do."""
    return Result("ok", found)


def warning(found: str, remedy: str = "") -> Result:
    """Not proven, or it works and is probably not meant so."""
    return Result("warning", found, remedy)


def failed(found: str, remedy: str = "") -> Result:
    """Recordings will fail."""
    return Result("failed", found, remedy)
