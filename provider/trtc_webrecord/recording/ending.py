"""How a task has ended: the service no longer finds it, so this is deduced from times."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

from ..errors import InvalidProperties
from .outcome import timestamp
from .stored import Stored
from .watching import YOUNG

EARLY = "ended early"

AS_PLANNED = "ended as planned"
"""It ran until its limit, as far as is known."""


def end_outputs(stored: Stored, seen: float, reason: str) -> dict[str, Any]:
    """The outputs of a task that was seen ended at `seen` (Unix seconds).

    `ended_at` is its end at the latest: its limit, if that was over before. `reason` is the
    service's, or "".
    """
    ends = [seen, *filter(None, [_limit(stored)])]
    return {"status": "ended", "ended_at": timestamp(min(ends)), "end_reason": reason or None}


def verdict(stored: Stored, seen: float, reason: str) -> str:
    """Whether it ended as planned, why, and what comes next, for messages; as in `end_outputs`.

    The vendor gives a reason in a callback only. `started_at` may be some seconds too late.
    """
    why = f": {reason}" if reason else ". Its callback has the reason"
    end, limit = _end(stored, seen, reason), _limit(stored)
    if end == "ended" or limit is None:
        return f"has ended{why}{_next(stored)}"
    planned = stored.declaration.max_duration_limit
    if end == AS_PLANNED:
        return (
            f"reached its max_duration_limit of {planned / 60:g} min as planned, unless its "
            f"callback has another reason{_next(stored) if stored.restarts else ''}"
        )
    minutes = max(1, math.ceil((seen - limit + planned) / 60))
    return f"ended early, after at most {minutes} of {planned / 60:g} min{why}{_next(stored)}"


def _next(stored: Stored) -> str:
    if stored.restarts:
        return ". `pulumi up` starts a new one"
    return ". Nothing restarts it: change its `triggers` to record again"


def stored_verdict(stored: Stored) -> str:
    """The same of an end that the state has, in a few words: AS_PLANNED, or with its reason."""
    reason = stored.props.get("end_reason") or ""
    is_known = stored.props.get("ended_at") or stored.modified
    end = _end(stored, stored.seen_ended or 0, reason) if is_known else "ended"
    return f"{end}: {reason}" if reason else end


def _end(stored: Stored, seen: float, reason: str) -> str:
    limit = _limit(stored)
    if limit is None:
        return "ended"
    if seen < limit - YOUNG:
        return EARLY
    return "ended" if reason else AS_PLANNED


def _limit(stored: Stored) -> float | None:
    with suppress(InvalidProperties):
        return stored.latest_end
    return None
