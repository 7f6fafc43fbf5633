"""A recording of another account than the credentials: it is neither ended nor gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi_stack import live
from trtc_recorder.testing import Recorder
from unit.declared import PROPS
from unit.providers.engine_requests import EngineState, Failed, Provider

CLUB: dict[str, Any] = {"secretId": "AKIDclub", "secretKey": "key-of-the-club"}
CLUB_APP = 1600022222


def use_club(provider: Provider, recorder: Recorder, *, apps: list[int], **how: Any) -> None:
    """A new run with the key of another account, which has these applications."""
    recorder.accept(CLUB["secretId"], CLUB["secretKey"], sdk_app_ids=apps)
    provider.restart(**CLUB, **how)


@pytest.mark.parametrize("program", [True, False])
@pytest.mark.parametrize("policy", ["never", "always"])
def test_it_is_neither_ended_nor_forgotten(
    provider: Provider, recorder: Recorder, policy: str, program: bool
) -> None:
    task, state = provider.create(provider.inputs(restart_policy=policy))
    recorder.advance(60)
    use_club(provider, recorder, apps=[CLUB_APP], program=program)
    for request in (provider.read, provider.delete):
        with pytest.raises(Failed, match="SdkAppId 1600011111 belongs to another account"):
            request(task, state)
    assert live(recorder) == {task}
    provider.restart()
    assert provider.read(task, state) == (task, state)
    provider.delete(task, state)
    assert live(recorder) == set()


def test_another_key_of_its_account_is_believed_with_one_request_for_each_application(
    provider: Provider, recorder: Recorder
) -> None:
    tasks = [provider.create(provider.inputs(name)) for name in ("lobby", "shop", "hall")]
    recorder.advance(60)
    use_club(provider, recorder, apps=[PROPS["sdk_app_id"]])
    recorder.reset_calls()
    assert [provider.read(*each)[1]["status"] for each in tasks] == ["recording"] * 3
    assert len(recorder.calls()) == 3
    for task, _ in tasks[:2]:
        recorder.end(task)
    recorder.reset_calls()
    assert [provider.read(*each)[1]["status"] for each in tasks[:2]] == ["ended"] * 2
    assert len(recorder.calls("DescribeWebRecord")) == 2 * 2 + 1
    for each in tasks:
        provider.delete(*each)
    assert live(recorder) == set()


def test_what_the_state_has_as_ended_is_forgotten_by_any_account(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    recorder.end(task)
    use_club(provider, recorder, apps=[CLUB_APP])
    provider.delete(task, {**state, "status": "ended"})


def test_a_deleted_application_has_no_tasks(provider: Provider, recorder: Recorder) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    recorder.end(task)
    provider.restart()
    recorder.reset_calls()
    code = "FailedOperation.SdkAppIdNotExist"
    recorder.inject(action="DescribeWebRecord", what="error", code=code, times=None)
    provider.delete(task, state)
    assert {call.outcome for call in recorder.calls("DescribeWebRecord")} == {code}


def test_it_is_neither_replaced_by_another_accounts_nor_adopted_nor_read(
    provider: Provider, recorder: Recorder, engine_state: EngineState
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    requests: list[tuple[Callable[[], object], bool, str]] = [
        (lambda: provider.create(provider.inputs(sdk_app_id=CLUB_APP)), True, "replaced: "),
        (lambda: provider.create(provider.inputs()), True, "replaced: "),
        (lambda: provider.create(provider.inputs(adopt_task_id=task)), False, "adopted"),
        (lambda: provider.read(task, provider.inputs()), False, "read"),
    ]
    for request, stored, done in requests:
        engine_state.hold(*[provider.stored(task, state)] * stored)
        use_club(provider, recorder, apps=[CLUB_APP])
        with pytest.raises(Failed, match=f"was not {done}.*belongs to another account"):
            request()
    assert live(recorder) == {task}
