"""A task that is looked up without being declared."""

from __future__ import annotations

from typing import Any

import pytest
from trtc_recorder.testing import Recorder
from unit.declared import PROPS
from unit.providers.engine_requests import Failed, NativeProvider, Provider
from unit.providers.test_another_account import CLUB_APP, use_club

APP = PROPS["sdk_app_id"]


def test_a_running_task_is_found_by_its_task_id_and_by_its_record_id(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    found = {name: state[name] for name in ("task_id", "record_id", "status", "endpoint", "region")}
    assert found["status"] == "recording"
    assert provider.look_up(task_id=task) == found
    assert provider.look_up(task_id=task, sdk_app_id=APP) == found
    assert provider.look_up(sdk_app_id=APP, record_id=found["record_id"]) == found
    assert {call.action for call in recorder.calls()[-3:]} == {"DescribeWebRecord"}


def test_one_that_does_not_show_yet_is_waited_for(provider: Provider, recorder: Recorder) -> None:
    task, _ = provider.create(provider.inputs())
    recorder.switch(visible_after=0.3)
    assert provider.look_up(task_id=task)["task_id"] == task


NAMED = "the lookup is invalid: a task is named by task_id, or by sdk_app_id and record_id"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, f"{NAMED}; neither given"),
        ({"sdk_app_id": APP}, f"{NAMED}; sdk_app_id given"),
        ({"record_id": "lobby"}, f"{NAMED}; record_id given"),
        ({"task_id": "a", "record_id": "b"}, f"{NAMED}; task_id and record_id given"),
        (
            {"record_id": "b" * 32, "sdk_app_id": 0},
            "sdk_app_id = 0: must be from 1 to 4294967295; "
            f"record_id = {'b' * 32!r}: must be 1 to 31 bytes long (the API: less than 32 bytes)",
        ),
    ],
)
def test_a_lookup_that_names_no_task_sends_no_request(
    provider: Provider, recorder: Recorder, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(Failed) as failed:
        provider.look_up(**given)
    assert told in str(failed.value)
    assert recorder.calls() == []


def test_what_is_not_found_is_an_error_and_only_its_own_account_is_believed(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    use_club(provider, recorder, apps=[CLUB_APP])
    with pytest.raises(Failed, match=r"is another account's \(set sdk_app_id to check that\)"):
        provider.look_up(task_id=task)
    for named in ({"task_id": task}, {"record_id": state["record_id"]}):
        with pytest.raises(Failed, match=f"SdkAppId {APP} belongs to another account"):
            provider.look_up(sdk_app_id=APP, **named)
    provider.restart()
    recorder.end(task)
    with pytest.raises(Failed, match="It has ended, was never started, or was started elsewhere"):
        provider.look_up(task_id=task, sdk_app_id=APP)


def test_a_function_that_does_not_exist_is_an_error(native: NativeProvider) -> None:
    with pytest.raises(Failed, match="no function trtc:index:getRecording; did you mean trtc:"):
        native.look_up("trtc:index:getRecording")
