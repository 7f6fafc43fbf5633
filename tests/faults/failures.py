"""How a request to the service may fail; the names are those of the report and of histories."""

from __future__ import annotations

from typing import Any

from trtc_recorder import FaultRule

START, DESCRIBE, STOP = "StartWebRecord", "DescribeWebRecord", "StopWebRecord"

_UNDOCUMENTED = {"what": "error", "code": "FailedOperation.Surprise"}
_NO_CAPACITY = {"what": "error", "code": "ResourceInsufficient.RequestRejection"}

FAILURES: dict[str, dict[str, Any]] = {
    "cut": {"what": "cut"},
    "cut, executed": {"what": "cut", "where": "after"},
    "HTTP 503": {"what": "status"},
    "HTTP 502, executed": {"what": "status", "where": "after", "status": 502},
    "InternalError": {"what": "error"},
    "InternalError, executed": {"what": "error", "where": "after"},
    "not JSON": {"what": "not_json"},
    "not JSON, executed": {"what": "not_json", "where": "after"},
    "throttled": {"what": "throttle"},
    "responds late": {"what": "hang", "seconds": 10},
    "hangs": {"what": "hang", "seconds": 30},
    "hangs, executed": {"what": "hang", "seconds": 30, "where": "after"},
}
"""Of any action; a request that `hangs` runs after its client has timed out."""

START_FAILURES: dict[str, dict[str, Any]] = {
    "InternalError, burnt": {"what": "error", "burn": True},
    "no capacity": _NO_CAPACITY,
    "no capacity, burnt": {**_NO_CAPACITY, "burn": True},
    "no capacity, executed": {**_NO_CAPACITY, "where": "after"},
    "undocumented error": _UNDOCUMENTED,
    "undocumented error, burnt": {**_UNDOCUMENTED, "burn": True},
    "undocumented error, executed": {**_UNDOCUMENTED, "where": "after"},
    "rejected": {"what": "error", "code": "FailedOperation.NotAbility"},
}
"""Of StartWebRecord only; `burnt` uses up the RecordId."""


def fault(action: str | None, what: str, **fields: Any) -> FaultRule:
    """A rule for requests of an action (None: any); `what` is a name above, or a rule's own."""
    known = {**FAILURES, **START_FAILURES}.get(what, {"what": what})
    return FaultRule.model_validate({"action": action, **known, **fields})
