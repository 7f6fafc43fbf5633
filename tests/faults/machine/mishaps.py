"""What goes wrong during a run, by the names that the histories' scripts print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from faults.in_process import Moment
from hypothesis import strategies as st
from trtc_recorder import FaultRule

FAULTS: dict[str, dict[str, Any]] = {
    "cut": {"what": "cut"},
    "cut, executed": {"what": "cut", "where": "after"},
    "503": {"what": "status"},
    "503, executed": {"what": "status", "where": "after"},
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

START_FAULTS: dict[str, dict[str, Any]] = {
    "InternalError, burnt": {"what": "error", "burn": True},
    "no capacity": {"what": "error", "code": "ResourceInsufficient"},
    "no capacity, burnt": {"what": "error", "code": "ResourceInsufficient", "burn": True},
    "no capacity, executed": {"what": "error", "code": "ResourceInsufficient", "where": "after"},
    "odd failure": {"what": "error", "code": "FailedOperation.Odd"},
    "odd failure, burnt": {"what": "error", "code": "FailedOperation.Odd", "burn": True},
    "odd failure, executed": {"what": "error", "code": "FailedOperation.Odd", "where": "after"},
    "refused": {"what": "error", "code": "FailedOperation.NotAbility"},
}
"""Of StartWebRecord only; `burnt` uses up the RecordId."""


@dataclass(frozen=True)
class Fault:
    """The service fails `times` requests of an action, after the first `after`."""

    action: str
    kind: str
    times: int = 1
    after: int = 0

    def rule(self) -> FaultRule:
        kind = {**FAULTS, **START_FAULTS}[self.kind]
        given = {"action": self.action, "times": self.times, "after": self.after}
        return FaultRule.model_validate({**given, **kind})


@dataclass(frozen=True)
class Kill:
    """SIGKILL of the run, at a moment of its nth request; 0 is before any."""

    request: int
    moment: Moment


@dataclass(frozen=True)
class Meanwhile:
    """Another pipeline runs the same `up`, with a copy of the state or without any."""

    request: int
    moment: Moment
    with_state: bool


Mishap = Fault | Kill | Meanwhile
moments = st.sampled_from(["sending", "acted", "saving"])
times = st.sampled_from([1, 2, 4, 20])
requests = st.sampled_from([1, 1, 2, 2, 3, 4, 6, 12])
mishaps_alone = st.one_of(
    st.builds(Kill, requests, moments),
    st.builds(Fault, st.just("StartWebRecord"), st.sampled_from([*FAULTS, *START_FAULTS]), times),
    st.builds(
        Fault,
        st.sampled_from(["StartWebRecord", "DescribeWebRecord", "StopWebRecord"]),
        st.sampled_from([*FAULTS]),
        times,
        st.integers(0, 2),
    ),
)
mishaps = mishaps_alone | st.builds(Meanwhile, requests, moments, st.booleans())
