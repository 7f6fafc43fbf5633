"""Whatever ends a create, the state has the task that runs, or the RecordId of one that may."""

from __future__ import annotations

from typing import Any

import pytest
from trtc_webrecord.declaration.record_id import period_of
from trtc_webrecord.errors import ApiError, Cancelled, ConfigError, RecordingError, Unanswered
from trtc_webrecord.recording.outcome import MayRun, NotStarted, Outcome, Running
from unit.account import Account, unstored
from unit.declared import URN, declaration, props
from unit.service_model import Fate, Service

ACTIONS = ("start", "describe", "describe_by_record_id", "stop")
ERRORS: dict[str, Exception] = {
    "credentials": ConfigError("the session of the role cannot be renewed"),
    "cancelled": Cancelled("recording 'lobby': the run was cancelled", "the run was cancelled"),
    "no response": Unanswered("DescribeWebRecord", "Timeout", "no answer"),
    "a bug": RuntimeError("a bug"),
}
LAST = 12
"""More requests than a create sends that is watched for some seconds."""
WAIT = 7
"""The requests for a used RecordId: a start, and six looks."""


class Breaking:
    """Raises an error in the nth request, before or after the service executes it."""

    def __init__(self, service: Service, nth: int, after: bool, error: Exception) -> None:
        self._left, self._after, self._error = nth, after, error
        for action in ACTIONS:
            setattr(service, action, self._wrap(action, getattr(service, action)))

    def stop(self) -> None:
        """Raise no more."""
        self._left = 0

    def _wrap(self, action: str, call: Any) -> Any:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left != 0:
                return call(*arguments, **options)
            # Of these errors, only a lost response and a bug can follow an executed start.
            can_follow = isinstance(self._error, ApiError | RuntimeError) or action != "start"
            if self._after and can_follow:
                call(*arguments, **options)
            raise self._error

        return wrapped


def may_run(account: Account, **changes: Any) -> tuple[str, dict[str, Any]]:
    """The id and the state of a create whose response was lost, and whose task runs."""
    account.service.fates = [Fate.LOST_AFTER]
    account.service.describe_fates = [Fate.FINE, Fate.LOST_BEFORE]
    outcome = account.run().create(declaration(**changes))
    assert isinstance(outcome, MayRun)
    return outcome.id, {**props(**changes), **outcome.outputs}


def finished(account: Account, outcome: Outcome) -> dict[str, Any] | None:
    """The state once the next `up` has read it and updated it, as the engine does."""
    if isinstance(outcome, NotStarted):
        return None
    state = {**props(), **outcome.outputs}
    return finished_state(account, outcome.id, state) if outcome.problem else state


def finished_state(
    account: Account, id_: str, state: dict[str, Any], **changes: Any
) -> dict[str, Any] | None:
    """The same, of a state that failed to come up."""
    run = account.run()
    read = run.refresh(id_, state)
    if read is None:
        return None
    task_id, inputs = read["task_id"], props(**changes)
    assert "unfinished" in run.changed_outputs(task_id, read)
    return {**inputs, **run.update(task_id, read, inputs)}


@pytest.mark.parametrize("watched", [0, 8])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("used", [0, 1])
def test_what_ends_a_create_leaves_the_task_in_the_state_and_the_next_command_finishes_it(
    error: str, used: int, after: bool, watched: int
) -> None:
    for nth in range(1, LAST + WAIT * used + 1):
        account = Account()
        one = declaration(startup_watch=watched)
        if used:  # the RecordIds of earlier lives of this day
            today = period_of(account.service.service_time())
            account.service.use_up(*(one.record_id_of(today, n, "") for n in range(used)))
        breaking = Breaking(account.service, nth, after, ERRORS[error])
        try:
            outcome = account.run().create(one)
        except RuntimeError:
            outcome = NotStarted("a bug before anything was sent")
        breaking.stop()
        state = finished(account, outcome)
        if state is None:  # a create follows
            state = {**props(), **account.run().start(one, unstored)}
        live = account.live()
        assert live == [state["task_id"]], (nth, outcome)
        assert state["record_id"]
        assert "unfinished" not in state
        account.run().stop(state["task_id"], state)
        assert account.service.live() == []


def test_a_watch_that_fails_leaves_the_task_in_the_state(account: Account) -> None:
    account.service.describe_fates = [Fate.FINE] * 2 + [Fate.LOST_BEFORE]
    outcome = account.run().create(declaration(startup_watch=30))
    assert isinstance(outcome, Running)
    assert outcome.id == outcome.outputs["task_id"] == "task-1"
    for part in (
        "'lobby'",
        "(RecordId lobby-",
        "DescribeWebRecord was sent",
        "is in the stack's state",
    ):
        assert part in outcome.problem


@pytest.mark.parametrize("error", ["no response", "a bug"])
def test_an_adopted_task_without_a_record_id_is_finished_too(account: Account, error: str) -> None:
    (task,) = account.service.run("")
    given = {"adopt_task_id": task, "startup_watch": 30}
    breaking = Breaking(account.service, 3, False, ERRORS[error])
    outcome = account.run().create(declaration(**given))
    breaking.stop()
    assert isinstance(outcome, Running)
    assert outcome.problem
    stored = {**props(**given), **outcome.outputs}
    state = finished_state(account, outcome.id, stored, **given)
    assert state is not None
    assert (state["task_id"], state["record_id"], state["status"]) == (task, None, "recording")
    assert "unfinished" not in state


def test_a_destroy_stops_a_task_that_only_its_record_id_names(account: Account) -> None:
    account.run().stop(*may_run(account))
    assert account.service.live() == []


@pytest.mark.parametrize("command", ["refresh", "stop", "update"])
def test_a_record_id_of_another_endpoint_is_not_forgotten(account: Account, command: str) -> None:
    id_, state = may_run(account)
    run = account.run(endpoint="https://trtc.tencentcloudapi.com", region="ap-beijing")
    asked = "started at https://trtc.intl.tencentcloudapi.com .* may be running, and stays in"
    with pytest.raises(RecordingError, match=asked) as caught:
        getattr(run, command)(id_, state, *[props()] * (command == "update"))
    assert f"(RecordId {id_}, TaskId not known)" in str(caught.value)
    assert len(account.service.live()) == 1


def test_a_start_that_is_repeated_and_the_search_for_its_task_say_what_they_wait_for(
    account: Account,
) -> None:
    account.service.fates = [Fate.LOST_BEFORE] * 20
    outcome = account.run().create(declaration())
    assert isinstance(outcome, MayRun)
    assert account.messages().count(f"Trying RecordId {outcome.id} again") == 1
    assert account.run().refresh(outcome.id, {**props(), **outcome.outputs}) is None
    said = account.messages()
    assert f"'lobby': waiting up to 15 s: RecordId {outcome.id} may have been started" in said


def test_what_may_run_counts_as_a_stream_into_its_cdn_url_and_is_stopped_by_no_record_id(
    account: Account,
) -> None:
    one = {"publish_cdn_params": [{"publish_cdn_url": "rtmp://push.example.com/live/one"}]}
    id_, state = may_run(account, **one)
    account.storing(id_, state).start(
        declaration(resource_urn=URN.replace("lobby", "hall"), **one), unstored
    )
    assert f"RecordId {id_}, TaskId not known) pushes to the same" in account.messages()
    account.storing(id_, state).start(declaration(triggers=[1], **one), unstored)
    assert account.service.stop_requests == []


def test_a_partial_state_of_the_first_version_is_finished(account: Account) -> None:
    (task,) = account.service.run("lobby-1")
    old = props(record_id="lobby-1", status="unknown")
    refreshed = account.run().refresh("lobby-1", old)
    assert refreshed is not None
    assert (refreshed["task_id"], refreshed["status"]) == (task, "recording")


def test_an_unfinished_start_is_stored_before_its_problem_is_raised(account: Account) -> None:
    account.service.fates = [Fate.LOST_BEFORE] * 20
    stored: list[Running | MayRun] = []
    with pytest.raises(RecordingError, match="not known whether") as caught:
        account.run().start(declaration(), stored.append)
    assert [each.problem for each in stored] == [str(caught.value)]
    assert stored[0].id == account.service.asked[0]
    assert stored[0].outputs["endpoint"]
