"""What goes wrong during a command, as Hypothesis prints and draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faults.failures import DESCRIBE, FAILURES, START, START_FAILURES, STOP, fault
from faults.in_process import Moment
from hypothesis import strategies as st
from trtc_recorder import FaultRule


@dataclass(frozen=True)
class Failure:
    """The service fails `times` requests of an action, after the first `after`."""

    action: str
    kind: str
    times: int = 1
    after: int = 0

    def rule(self) -> FaultRule:
        return fault(self.action, self.kind, times=self.times, after=self.after)


@dataclass(frozen=True)
class Kill:
    """SIGKILL of the run, at a moment of its nth request; 0 is before any."""

    request: int
    moment: Moment


@dataclass(frozen=True)
class ConcurrentUp:
    """Another pipeline runs the same `up`, with a copy of the state or without any."""

    request: int
    moment: Moment
    with_state: bool


Disruption = Failure | Kill | ConcurrentUp
Disruptions = Sequence[Disruption]
moments = st.sampled_from(["sending", "acted", "saving"])
times = st.sampled_from([1, 2, 4, 20])
requests = st.sampled_from([1, 1, 2, 2, 3, 4, 6, 12])
failures_and_kills = st.one_of(
    st.builds(Kill, requests, moments),
    st.builds(Failure, st.just(START), st.sampled_from([*FAILURES, *START_FAILURES]), times),
    st.builds(
        Failure,
        st.sampled_from([START, DESCRIBE, STOP]),
        st.sampled_from([*FAILURES]),
        times,
        st.integers(0, 2),
    ),
)
disruptions = failures_and_kills | st.builds(ConcurrentUp, requests, moments, st.booleans())
