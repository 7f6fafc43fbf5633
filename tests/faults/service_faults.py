"""The faults of the service: what goes wrong with which call, and what it must come to.

All of them strike one stack. The recording that a fault is for bears its name, so that rules and
tasks find each other by the RecordId, which begins with it: 12 characters at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trtc_recorder.api.faults import FaultRule

TIMEOUT = 2
"""Seconds for which the provider waits for an answer here (`trtc:timeout`)."""

START, DESCRIBE, STOP = "StartWebRecord", "DescribeWebRecord", "StopWebRecord"
FULL = "ResourceInsufficient.RequestRejection"
UNHEARD_OF = "FailedOperation.Surprise"


@dataclass(frozen=True)
class ServiceFault:
    """A fault that strikes the recording `name`; `what` is its line in the table.

    `fails`: whether the first command that meets it must fail.
    """

    name: str
    what: str
    rules: tuple[FaultRule, ...]
    fails: bool = False


@dataclass(frozen=True)
class Phase:
    """A command that meets faults. `edits`: the recordings that they are for change before it."""

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
    ("hang-b", "runs after the client's time-out", {"what": "hang", "seconds": TIMEOUT + 1}),
    (
        "hang-a",
        "answers after the client's time-out",
        {"what": "hang", "where": "after", "seconds": TIMEOUT + 1},
    ),
    ("json-b", "no JSON, before it ran", {"what": "not_json"}),
    ("json-a", "no JSON, after it ran", {"what": "not_json", "where": "after"}),
)
"""How a call may go wrong, whichever it is: a short name, a line, the fields of the rule."""


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
        "every second call goes wrong, by chance",
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
        "InternalError, RecordId spent",
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
        "ResourceInsufficient, RecordId spent",
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
        (_on(START, what="error", code=UNHEARD_OF),),
    ),
    ServiceFault(
        "unheard-b",
        "an undocumented FailedOperation, RecordId spent",
        (_on(START, what="error", code=UNHEARD_OF, burn=True),),
    ),
    ServiceFault(
        "unheard-a",
        "an undocumented FailedOperation, it ran",
        (_on(START, what="error", code=UNHEARD_OF, where="after"),),
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
