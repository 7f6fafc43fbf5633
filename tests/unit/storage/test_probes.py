from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from trtc_webrecord.storage import probe as probing
from trtc_webrecord.storage import probes as limits
from trtc_webrecord.storage.outcomes import Accepted, Outcome, Unproven
from trtc_webrecord.storage.probes import Probes
from trtc_webrecord.storage.target import Target

MakeTarget = Callable[..., Target]


class Counted:
    """In place of the probe: what was asked, and an answer once it may be given."""

    def __init__(self) -> None:
        self.unproven = ""
        self.asked: list[Target] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, session: object, target: Target) -> Outcome:
        self.asked.append(target)
        assert self.may_answer.wait(10)
        if target.address == self.unproven:
            return Unproven(target.address, "is silent")
        return Accepted()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    instead = Counted()
    monkeypatch.setattr(probing, "probe", instead)
    return instead


def test_creates_at_once_wait_for_one_probe(target: MakeTarget, counted: Counted) -> None:
    counted.may_answer.clear()
    probes = Probes()
    with ThreadPoolExecutor(32) as pool:
        outcomes = [pool.submit(probes.outcome, target()) for _ in range(32)]
        assert not any(each.done() for each in outcomes)
        counted.may_answer.set()
        assert [each.result(10) for each in outcomes] == [Accepted()] * 32
    assert counted.asked == [target()]


@pytest.mark.parametrize(
    "changes",
    [
        *({"bucket": "b"}, {"region": "ap-tokyo"}, {"prefix": ("b",)}, {"endpoint": None}),
        *({"access_key": "b"}, {"secret_key": "b"}),
    ],
)
def test_whatever_differs_is_another_target(
    target: MakeTarget, counted: Counted, changes: dict[str, str]
) -> None:
    probes = Probes()
    for each in (target(), target(**changes), target()):
        assert probes.outcome(each) == Accepted()
    assert counted.asked == [target(), target(**changes)]


def test_a_store_that_did_not_answer_is_asked_once(target: MakeTarget, counted: Counted) -> None:
    counted.unproven = target().address
    probes = Probes()
    found = {probes.outcome(target(prefix=(str(n),))) for n in range(5)}
    assert found == {Unproven(target().address, "is silent")}
    assert probes.outcome(target(endpoint=None)) == Accepted()
    assert [each.endpoint for each in counted.asked] == [target().endpoint, None]


def test_what_a_store_that_gave_no_answer_is_said_to_lack_is_the_first_that_was_found(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2)

    def differs(session: object, target: Target) -> Outcome:
        both.wait(10)
        return Unproven(target.address, "".join(target.prefix))

    monkeypatch.setattr(probing, "probe", differs)
    probes = Probes()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(probes.outcome, [target(prefix=("a",)), target(prefix=("b",))]))
    assert found[0] == found[1]


def test_a_probe_that_takes_too_long_proves_nothing(
    target: MakeTarget, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted.may_answer.clear()
    monkeypatch.setattr(limits, "LONGEST", 0.05)
    probes = Probes()
    late = Unproven(target().address, "no answer in 0.05 s")
    assert probes.outcome(target()) == late
    counted.may_answer.set()
    assert probes.outcome(target()) == late
    assert len(counted.asked) == 1


def test_a_bug_is_raised_to_all_who_ask(
    target: MakeTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: object, target: Target) -> Outcome:
        raise ZeroDivisionError

    monkeypatch.setattr(probing, "probe", broken)
    probes = Probes()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            probes.outcome(target())
