"""What an interrupted run left of an earlier version of a declaration is stopped, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest
from trtc_webrecord.declaration.record_id import period_of
from trtc_webrecord.errors import RecordingError
from trtc_webrecord.pulumi_cli.state import stack_state
from trtc_webrecord.recording.pending_creates import ATTEMPTS, PendingCreates
from trtc_webrecord.recording.state import RunState, StackState, StateReader, StateUnreadable
from trtc_webrecord.recording.stored import Stored
from unit.account import Account, unstored
from unit.declared import URN, declaration, props
from unit.pending import creating, export, secret
from unit.service_model import Fate, run_at


def state(*operations: dict[str, Any]) -> StackState:
    return stack_state(export(*operations))


def pending(account: Account, read_state: StateReader) -> tuple[PendingCreates, RunState]:
    state = RunState(read_state)
    return PendingCreates(run_at(account.service, state, notify=account.shown.append)), state


def stopped(account: Account, *operations: dict[str, Any]) -> list[str]:
    """The tasks that a start stops on a stack with these pending operations."""
    account.run(state(*operations)).start(declaration(), unstored)
    return account.service.stopped


LOOKS = 6
"""For one RecordId, in the 15 s in which its task may be too new to be visible."""

NONE, ONE, TWO = state(), state(creating(props())), state(creating(props()), creating(props()))


READ = {
    "its own": (False, [ONE], False),
    "its own and another": (False, [TWO], True),
    "read before Pulumi wrote it": (True, [NONE], False),
    "read between Pulumi's writing and the create": (True, [ONE, ONE], False),
    "another, read before Pulumi wrote its own": (True, [ONE, TWO], True),
}


@pytest.mark.parametrize(("read_before", "exports", "began"), READ.values(), ids=READ)
def test_the_create_under_way_is_no_interrupted_one(
    account: Account, read_before: bool, exports: list[StackState], began: bool
) -> None:
    left = list(exports)
    runs, run_state = pending(account, lambda stack: left.pop(0))
    if read_before:
        run_state.of(URN)
    run_state.begun.add(URN)
    assert [runs.began(declaration()) for _ in range(2)] == [began] * 2
    assert left == []


def test_creates_that_begin_during_a_read_are_read_again_together(account: Account) -> None:
    """The export takes long enough that Pulumi writes other creates of this run into the state."""
    urns = [f"{URN}-{n}" for n in range(40)]
    exports = []

    def slow_export(stack: str) -> StackState:
        exports.append(stack)
        for urn in urns[1:]:
            run_state.begun.add(urn)
        return state(*(creating(props(resource_urn=urn), urn=urn) for urn in urns))

    runs, run_state = pending(account, slow_export)
    run_state.begun.add(urns[0])
    assert not any(runs.began(declaration(resource_urn=urn)) for urn in urns)
    assert len(exports) == 2


LOBBY = (Stored.of("task-1", props(status="recording")),)


@pytest.mark.parametrize(
    ("left", "stored", "told"),
    [
        ({}, (), "'lobby': an interrupted run may have started it, and `pulumi up` adopts"),
        ({}, LOBBY, "'lobby': an interrupted run may have started it, and `pulumi up` adopts"),
        ({"ready_timeout": 5}, (), "an earlier version of it, and `pulumi up` stops what runs"),
        ({"ready_timeout": 5}, LOBBY, ""),
        ({"sdk_app_id": 0}, (), ""),
    ],
)
def test_a_check_tells_without_a_request_what_an_interrupted_run_may_have_started(
    account: Account, left: dict[str, Any], stored: tuple[Stored, ...], told: str
) -> None:
    account.service.describe_fates = [Fate.KILLED_BEFORE]
    stack = replace(state(creating(props(**left))), stored=stored)
    run = account.run(stack)
    assert [run.check(olds, props()) for olds in (props(ready_timeout=9), {})] == [[], []]
    said = account.messages()
    assert told in said
    assert said.count("only after that: `pulumi refresh --clear-pending-creates") == bool(told)
    assert account.run(stack).check(props(), props()) == []
    assert account.messages() == ""


CDN = [{"publish_cdn_url": "rtmp://cdn/live?key=1"}]


@pytest.mark.parametrize(
    ("old", "written"),
    [
        ({"triggers": ["old"]}, {"triggers": ["old"]}),
        ({"publish_cdn_params": CDN}, {"publish_cdn_params": secret(CDN)}),
    ],
    ids=["another form", "secrets"],
)
@pytest.mark.parametrize("age", [0, 60], ids=["too young to show", "older"])
def test_the_task_of_an_earlier_version_is_stopped(
    account: Account, age: float, old: dict[str, Any], written: dict[str, Any]
) -> None:
    task = account.run().start(declaration(**old), unstored)["task_id"]
    account.time.sleep(age)
    assert stopped(account, creating(props(**written))) == [task]
    assert account.live() == ["task-2"]


OLD = creating(props(triggers=["old"]))


@pytest.mark.parametrize("day", [0, -1])
@pytest.mark.parametrize("attempt", [0, ATTEMPTS - 1])
def test_a_task_of_another_attempt_or_of_the_day_before_is_stopped(
    account: Account, day: int, attempt: int
) -> None:
    old, today = declaration(triggers=["old"]), period_of(account.service.service_time())
    tasks = account.service.run(old.record_id_of(today + day, attempt, ""))
    assert stopped(account, OLD) == tasks


def test_the_search_for_an_earlier_version_sends_few_requests(account: Account) -> None:
    """A batch of many is limited by the API's rate."""
    looked = Mock(wraps=account.service.describe_by_record_id)
    account.service.describe_by_record_id = looked  # type: ignore[method-assign]
    for limit, record_ids in ((86400, 2 * ATTEMPTS), (3600, ATTEMPTS)):
        looked.reset_mock()
        found = state(creating(props(triggers=["old"], max_duration_limit=limit)))
        runs, _ = pending(account, Mock(return_value=found))
        runs.stop_earlier(declaration(), "r9", "task-9")
        assert len({call.args for call in looked.call_args_list}) == record_ids
        assert looked.call_count == record_ids + LOOKS - 1
    assert account.service.stop_requests == []


@pytest.mark.parametrize(
    "operation",
    [
        creating(props()),
        creating(props(triggers=["old"]), urn=URN + "-2"),
        creating(props(triggers=["old"]), type="pulumi-python:dynamic:Resource"),
        {**OLD, "type": "deleting"},
        creating({"record_url": 5}),
    ],
    ids=["the same form", "another URN", "another type", "another operation", "no declaration"],
)
def test_nothing_else_is_stopped(account: Account, operation: dict[str, Any]) -> None:
    account.running()
    account.running(triggers=["old"])
    assert stopped(account, operation) == []
    assert len(account.service.live()) == 2


def test_a_task_that_another_resource_goes_on_with_is_spared(account: Account) -> None:
    task, _ = account.running(triggers=["old"])
    runs, _ = pending(account, lambda urn: state(OLD))
    runs.stop_earlier(declaration(), "r9", task)
    assert account.service.stopped == account.shown == []


def test_an_earlier_version_that_cannot_be_looked_up_is_reported_and_fails_no_start(
    account: Account,
) -> None:
    old, _ = account.running(triggers=["old"])
    account.service.describe_fates = [Fate.FINE, Fate.REFUSED]
    assert stopped(account, creating(props(triggers=["refused"])), OLD) == [old]
    stop, unchecked = account.messages().splitlines()
    assert f"'lobby': stopped TaskId {old}" in stop
    assert "cannot check" in unchecked
    assert "FailedOperation.NotAbility" in unchecked


def test_an_earlier_version_that_may_run_fails_the_start(account: Account) -> None:
    account.service.describe_fates = [Fate.FINE, Fate.LOST_BEFORE]
    with pytest.raises(RecordingError) as caught:
        stopped(account, OLD)
    assert "'lobby' runs as TaskId task-1 (RecordId lobby-" in str(caught.value)
    assert "may have left a recording of an earlier version running" in str(caught.value)


def test_a_state_that_cannot_be_read_is_reported_once(account: Account) -> None:
    run = account.run(StateUnreadable("no pulumi here"))
    for name in ("lobby", "hall"):
        run.start(declaration(resource_urn=f"{URN}-{name}"), unstored)
    (unchecked,) = account.messages().splitlines()
    assert "cannot check" in unchecked
    assert "no pulumi here" in unchecked


def test_an_explicit_record_id_is_not_adopted_from_an_earlier_version(account: Account) -> None:
    task, _ = account.running(record_id="mine", ready_timeout=5)
    run = account.run(state(creating(props(record_id="mine", ready_timeout=5))))
    with pytest.raises(RecordingError, match=f"adopt_task_id to {task}.*set another record_id"):
        run.start(declaration(record_id="mine"), unstored)
    assert run.start(declaration(record_id="other"), unstored)["task_id"] == "task-2"
    assert account.live() == ["task-2"]


@pytest.mark.parametrize(
    ("interrupted_create", "began"),
    [
        ({"record_id": "mine"}, True),
        ({"record_id": "mine", "startup_watch": 5}, True),
        ({"record_id": "other"}, False),
        ({"record_id": "mine", "ready_timeout": 5}, False),
        ({"record_id": "mine", "triggers": ["other"]}, False),
        ({}, False),
    ],
    ids=str,
)
def test_an_interrupted_create_explains_a_task_of_its_own_record_id_alone(
    account: Account, interrupted_create: dict[str, Any], began: bool
) -> None:
    found = state(creating(props(**interrupted_create)), creating(props(record_id="mine")))
    runs, _ = pending(account, lambda stack: found)
    assert runs.began(declaration(record_id="mine")) is began
    assert not runs.began(declaration(record_id="mine", resource_urn=f"{URN}-2"))
