"""The faults of the service: which request fails, and how.

All of them strike one stack. A fault strikes the recording of the same name: its RecordId begins
with that name, 12 characters at most, and rules select by that prefix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trtc_recorder.api.faults import FaultRule

TIMEOUT = 2
"""Seconds that the provider waits for a response here (`trtc:timeout`)."""

START, DESCRIBE, STOP = "StartWebRecord", "DescribeWebRecord", "StopWebRecord"
FULL = "ResourceInsufficient.RequestRejection"
UNDOCUMENTED = "FailedOperation.Surprise"


@dataclass(frozen=True)
class ServiceFault:
    """A fault that strikes the recording `name`; `what` is its line in the table.

    `fails`: whether the command that it strikes must fail.
    """

    name: str
    what: str
    rules: tuple[FaultRule, ...]
    fails: bool = False


@dataclass(frozen=True)
class Phase:
    """A command with faults. `edits`: their recordings are edited before it."""

    name: str
    command: str
    faults: tuple[ServiceFault, ...]
    edits: bool = False


WAYS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("cut-b", "cut before it ran", {"what": "cut"}),
    ("cut-a", "cut after it ran", {"what": "cut", "where": "after"}),
    ("http-b", "HTTP 503 before it ran, 3 times", {"what": "status", "times": 3}),
    ("http-a", "HTTP 502 after it ran", {"what": "status", "where": "after", "status": 502}),
    ("err-b", "InternalError before it ran", {"what": "error"}),
    ("err-a", "InternalError after it ran", {"what": "error", "where": "after"}),
    ("thr", "throttled, 4 times", {"what": "throttle", "times": 4}),
    ("hang-b", "runs after the client's timeout", {"what": "hang", "seconds": TIMEOUT + 1}),
    (
        "hang-a",
        "responds after the client's timeout",
        {"what": "hang", "where": "after", "seconds": TIMEOUT + 1},
    ),
    ("json-b", "not JSON, before it ran", {"what": "not_json"}),
    ("json-a", "not JSON, after it ran", {"what": "not_json", "where": "after"}),
)
"""How a request of any action may fail: a short name, a line, the fields of the rule."""


def _ways(action: str, prefix: str) -> tuple[ServiceFault, ...]:
    return tuple(
        ServiceFault(f"{prefix}-{name}", what, (_on(action, **fields),))
        for name, what, fields in WAYS
    )


def _on(action: str | None, **fields: Any) -> FaultRule:
    return FaultRule.model_validate({"action": action, **fields})


def _noise(prefix: str) -> ServiceFault:
    chance: dict[str, Any] = {"probability": 0.5, "times": 4}
    return ServiceFault(
        f"{prefix}-noise",
        "every second request fails, at random",
        (
            _on(None, what="cut", where="after", seed=1, **chance),
            _on(None, what="status", seed=2, **chance),
            _on(None, what="not_json", where="after", seed=3, **chance),
        ),
    )


def _blind(prefix: str) -> ServiceFault:
    rule = _on(DESCRIBE, what="status", times=3)
    return ServiceFault(f"{prefix}-blind", "it ran, then DescribeWebRecord is down", (rule,))


STARTS = (
    *_ways(START, "s"),
    _noise("s"),
    ServiceFault(
        "burnt-once",
        "InternalError, RecordId used",
        (_on(START, what="error", burn=True),),
    ),
    ServiceFault(
        "burnt-again",
        "the same for the next RecordId",
        (_on(START, what="error", burn=True), _on(START, what="error", burn=True, after=1)),
    ),
    ServiceFault(
        "full-once",
        "ResourceInsufficient, once",
        (_on(START, what="error", code=FULL),),
    ),
    ServiceFault(
        "full-burnt",
        "ResourceInsufficient, RecordId used",
        (_on(START, what="error", code=FULL, burn=True),),
    ),
    ServiceFault(
        "full-always",
        "ResourceInsufficient, for a whole run",
        (_on(START, what="error", code=FULL, times=None),),
        fails=True,
    ),
    ServiceFault(
        "unheard-n",
        "an undocumented FailedOperation, nothing done",
        (_on(START, what="error", code=UNDOCUMENTED),),
    ),
    ServiceFault(
        "unheard-b",
        "an undocumented FailedOperation, RecordId used",
        (_on(START, what="error", code=UNDOCUMENTED, burn=True),),
    ),
    ServiceFault(
        "unheard-a",
        "an undocumented FailedOperation, it ran",
        (_on(START, what="error", code=UNDOCUMENTED, where="after"),),
    ),
    ServiceFault(
        "lost-blind",
        "cut after it ran, then DescribeWebRecord is down",
        (_on(START, what="cut", where="after"), _on(DESCRIBE, what="status", times=3)),
    ),
)

PHASES = (
    Phase("StartWebRecord in up", "up", STARTS),
    Phase("DescribeWebRecord in refresh", "refresh", (*_ways(DESCRIBE, "d"), _noise("d"))),
    Phase(
        "StopWebRecord in a replacement",
        "up",
        (*_ways(STOP, "r"), _noise("r"), _blind("r")),
        edits=True,
    ),
    Phase("StopWebRecord in destroy", "destroy", (*_ways(STOP, "x"), _noise("x"), _blind("x"))),
)
