"""What goes wrong during a command, as Hypothesis prints and draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faults.failures import DESCRIBE, FAILURES, START, START_FAILURES, STOP, fault
from faults.in_process import Moment
from hypothesis import strategies as st
from requests.exceptions import ConnectionError, ProxyError, SSLError
from trtc_recorder import FaultRule
from trtc_webrecord.errors import ConfigError


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


ON_THE_WAY: dict[str, Exception] = {
    "certificate refused": SSLError("certificate verify failed"),
    "the proxy is down": ProxyError("Cannot connect to proxy"),
    "credentials fail": ConfigError("the session of the role cannot be renewed"),
    "TLS breaks": SSLError("decryption failed or bad record mac"),
    "the proxy resets": ConnectionError("Connection reset by peer"),
}
"""The first three before the request's last byte, the others while its response is read."""


@dataclass(frozen=True)
class BrokenWay:
    """Requests fail outside of the service from the nth on: the next one, or all of the run."""

    request: int
    kind: str
    lasting: bool

    @property
    def moment(self) -> Moment:
        return "acted" if self.kind in ("TLS breaks", "the proxy resets") else "sending"


@dataclass(frozen=True)
class Cancel:
    """`pulumi cancel` at a moment of the nth request: what the provider waits for is over."""

    request: int
    moment: Moment


@dataclass(frozen=True)
class ConcurrentUp:
    """Another pipeline runs the same `up`, with a copy of the state or without any."""

    request: int
    moment: Moment
    with_state: bool


@dataclass(frozen=True)
class AnotherAccount:
    """The whole command is run with the keys of another account."""


Disruption = Failure | Kill | BrokenWay | Cancel | ConcurrentUp | AnotherAccount
Disruptions = Sequence[Disruption]
moments = st.sampled_from(["sending", "acted", "saving"])
times = st.sampled_from([1, 2, 4, 20])
requests = st.sampled_from([1, 1, 2, 2, 3, 4, 6, 12])
failures_and_kills = st.one_of(
    st.builds(Kill, requests, moments),
    st.builds(Cancel, requests, moments),
    st.builds(AnotherAccount),
    st.builds(BrokenWay, requests, st.sampled_from([*ON_THE_WAY]), st.booleans()),
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
