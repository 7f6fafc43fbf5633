"""`trtc-webrecord assumptions`, at a real service by a clock that nobody waits for."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from documentation.markdown import PROJECT
from documentation.sessions import sessions
from hypothesis import example, given, settings
from hypothesis import strategies as st
from trtc_recorder.testing import (
    SECRET_ID,
    SECRET_KEY,
    RunningService,
    local_settings,
    running_service,
)
from trtc_webrecord.api.pacing import Clock
from trtc_webrecord.api.transport import Transport
from trtc_webrecord.command.assumptions import observe
from trtc_webrecord.command.behaviour import (
    EXISTS,
    NOT_EXIST,
    NOT_KNOWN,
    POINTS,
    Behaviour,
)
from trtc_webrecord.command.main import main
from trtc_webrecord.configuration import ProviderConfig
from unit.clockwork import EPOCH
from unit.declared import PROPS, declaration
from unit.providers.engine_requests import EngineState

APP, OTHER = PROPS["sdk_app_id"], 1600022222
ROUTE = settings(max_examples=25)
FOUND = {
    "visible_after": st.integers(0, 9),
    "stop_delay": st.integers(0, 9),
    "ended_record_ids_reusable": st.booleans(),
    "record_id_scope": st.sampled_from(["sdk_app_id", "account"]),
    "clock_offset": st.integers(-900, 900).filter(lambda seconds: abs(seconds) != 1),
}
OTHERS = {"failed_start_burns": st.booleans(), "task_quota": st.sampled_from([0, 3])}
SWITCHES = st.fixed_dictionaries({**FOUND, **OTHERS})
CERTAIN = {
    "live again": EXISTS,
    **dict.fromkeys(["foreign", "stop again", "look again"], NOT_EXIST),
}
"""What the local service does with any switches."""


def fault(actions: list[str], *whats: str, **more: Any) -> st.SearchStrategy[dict[str, Any]]:
    """`after` reaches each of the few starts, and far into the other requests."""
    after = st.integers(0, 4 if actions == STARTS else 30)
    kinds = {"action": st.sampled_from(actions), "what": st.sampled_from(whats), "after": after}
    return st.fixed_dictionaries({**kinds, **more})


STARTS, OTHER_ACTIONS = ["StartWebRecord"], ["DescribeWebRecord", "StopWebRecord"]
DISTURBED = ("cut", "status", "error", "not_json")
WHEN: dict[str, Any] = {
    "where": st.sampled_from(["before", "after"]),
    "times": st.integers(1, 5),
}
FAULTS = st.lists(
    fault(STARTS, *DISTURBED, **WHEN)
    | fault(OTHER_ACTIONS, *DISTURBED, **WHEN)
    | fault(STARTS, "not_opened", "throttle"),
    max_size=3,
)
LONG = {"action": "DescribeWebRecord", "what": "error", "times": 20}
LAST_NOT_OPENED = {"action": "StartWebRecord", "what": "not_opened", "after": 4}
PLAIN = {
    **{"visible_after": 2, "stop_delay": 0, "clock_offset": 0},
    **{"ended_record_ids_reusable": False, "record_id_scope": "sdk_app_id"},
}
REUSING = {**PLAIN, "ended_record_ids_reusable": True}
LOST = {"action": "StartWebRecord", "what": "cut", "where": "after", "after": 3}
AT_ONCE = "success, and it ends"


def young_stop(switches: dict[str, Any]) -> str:
    return f"{NOT_EXIST}, and it goes on" if switches["visible_after"] else AT_ONCE


class Account:
    """A service and its user, whose time passes where somebody sleeps."""

    def __init__(self) -> None:
        self.now = EPOCH
        self.clock = Clock(lambda: self.now, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def has(self, recorder: RunningService, switches: dict[str, Any]) -> None:
        self.recorder = recorder
        recorder.reset()
        recorder.switch(**switches)
        keys = {"endpoint": recorder.endpoint, "secretId": SECRET_ID, "secretKey": SECRET_KEY}
        self.config = ProviderConfig.from_stack({f"trtc:{key}": keys[key] for key in keys})

    def end_all(self) -> None:
        for task in self.recorder.live_tasks():
            self.recorder.end(task.task_id)

    def observed(self) -> Behaviour:
        """What is found; what is left running is stopped, and goes on for its stop_delay at most;
        no more was started than was said.
        """
        try:
            return observe(self.config, declaration(), OTHER, self.clock)
        finally:
            live = self.recorder.live_tasks()
            assert [task for task in live if task.end_reason != "stopped"] == []
            assert len(self.recorder.tasks()) <= 3


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    found = Account()
    with running_service(local_settings(), time=lambda: found.now) as recorder:
        found.has(recorder, {})
        yield found


def as_options(switches: dict[str, Any]) -> dict[str, str]:
    values = {name: switches[name] for name in FOUND}
    shown = {name: str(value).lower() for name, value in values.items()}
    return {name.replace("_", "-"): value for name, value in shown.items()}


@ROUTE
@given(SWITCHES)
def test_the_switches_of_a_service_are_found(account: Account, switches: dict[str, Any]) -> None:
    account.has(account.recorder, switches)
    behaviour = account.observed()
    assert behaviour.options == as_options(switches)
    assert behaviour.found.items() >= CERTAIN.items()
    assert behaviour.found["stop young"] == young_stop(switches)
    assert behaviour.reasons == []


@contextmanager
def at_request(strikes: Callable[[int, str], bool], strike: Callable[[], None]) -> Iterator[None]:
    """Have something happen once a request, by number and action, has its response."""
    post, sent = Transport.post, 0

    def posted(transport: Transport, action: str, *arguments: Any) -> Any:
        nonlocal sent
        response = post(transport, action, *arguments)
        sent += 1
        if strikes(sent, action):
            strike()
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "post", posted)
        yield


@ROUTE
@given(SWITCHES, FAULTS, st.integers(1, 60))
@example(PLAIN, [LONG], 60)
@example(PLAIN, [LAST_NOT_OPENED], 60)
@example(REUSING, [LOST], 60)
@example({**REUSING, "record_id_scope": "account"}, [], 12)
def test_what_a_fault_or_an_early_end_disturbs_is_not_known(
    account: Account, switches: dict[str, Any], faults: list[dict[str, Any]], ends: int
) -> None:
    account.has(account.recorder, switches)
    for each in faults:
        account.recorder.inject(**each)
    stops: list[int] = []

    def comes(number: int, action: str) -> bool:
        stops.extend([number] * (action == "StopWebRecord"))
        return number == ends and not stops

    with at_request(comes, account.end_all):
        behaviour = account.observed()
    assert behaviour.options.items() <= as_options(switches).items()
    for point, found in CERTAIN.items():
        assert behaviour.found[point] in (found, NOT_KNOWN)
    assert behaviour.found["stop young"] in (young_stop(switches), AT_ONCE, NOT_KNOWN)
    assert (NOT_KNOWN in behaviour.found.values()) == bool(behaviour.reasons)


def test_of_a_service_that_does_not_deduplicate_each_recording_is_stopped(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.has(account.recorder, {})
    monkeypatch.setattr(
        "trtc_recorder.tasks.recordings.Recordings._record_id_is_free", lambda *_: True
    )
    behaviour = account.observed()
    assert behaviour.found["live again"] == "another recording"
    assert behaviour.found["ended again"] == NOT_KNOWN


@ROUTE
@given(
    st.sampled_from(["SIGINT", "SIGTERM", "SIGHUP", "each", "error", "errors"]),
    st.integers(1, 45),
    st.fixed_dictionaries({**FOUND, "visible_after": st.integers(0, 3)}),
)
@example("errors", 26, {**PLAIN, "visible_after": 0, "stop_delay": 2})
@example("errors", 2, {**PLAIN, "visible_after": 0, "stop_delay": 5})
def test_interrupted_at_any_request_it_leaves_nothing_running(
    account: Account, what: str, nth: int, switches: dict[str, Any]
) -> None:
    account.has(account.recorder, switches)

    def comes(number: int, action: str) -> bool:
        more = {"each": number, "errors": nth + 1}.get(what, nth)
        return nth <= number <= more

    def strike() -> None:
        if what.startswith("error"):
            raise MemoryError
        signal.raise_signal(getattr(signal, what, signal.SIGTERM))

    with at_request(comes, strike), suppress(KeyboardInterrupt, MemoryError):
        account.observed()


def test_the_command_prints_a_table_and_the_recorders_options(
    account: Account,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account.has(account.recorder, {"visible_after": 4, "stop_delay": 3})
    engine = EngineState(tmp_path)
    keys = {"endpoint": account.config.endpoint, "secretId": SECRET_ID, "secretKey": SECRET_KEY}
    engine.configure(**keys)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("trtc_webrecord.command.assumptions.Clock", lambda: account.clock)
    monkeypatch.setenv("RECORD_URL", "https://example.com/page?token=secret")

    def runs(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as exit_:
            main(["assumptions", "--sdk-app-id", str(APP), *words])
        printed = capsys.readouterr()
        assert not any(secret in "".join(printed) for secret in (SECRET_KEY, "token"))
        return int(str(exit_.value.code)), *printed

    code, out, err = runs("--bucket", "recordings-1250000000", "--bucket-region", "ap-singapore")
    assert (code, out) == (2, "")
    assert "up to 3 recordings" in err
    assert "error: nothing was started: without a terminal to ask at, --yes is needed" in err
    assert account.recorder.calls() == []
    assert runs("--yes", "--bucket", "recordings")[0] == 2
    code, out, err = runs("--yes")
    assert code == 0
    for words, relied_on in POINTS.values():
        assert f"| {words} | " in out
        assert f" | {relied_on} |\n" in out
    ((shown,),) = sessions(PROJECT / "docs/assumptions.md")["Ask an account"]
    assert shown.missing(err + out) is None, out
    assert "--visible-after 4 --stop-delay 3 --ended-record-ids-reusable false --clock-off" in out
    assert "--record-id-scope" not in out
    account.recorder.inject(
        action="StartWebRecord", what="error", code="FailedOperation.NotAbility"
    )
    code, out, err = runs("--yes")
    assert code == 1
    assert "Not known, because: StartWebRecord returned FailedOperation.NotAbility" in out
    assert "buy one" in out
