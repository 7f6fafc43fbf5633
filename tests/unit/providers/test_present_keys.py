"""Keys of the last `pulumi up` that are rejected: those of the stack's config are used instead."""

from __future__ import annotations

import pytest
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder
from unit.providers.engine_requests import EngineState, Failed, Provider

CLUB_APP = 1600022222


@pytest.mark.parametrize("known", ["unknown", "of another account", "expired"])
def test_they_read_and_stop_what_the_old_ones_cannot(
    provider: Provider, recorder: Recorder, engine_state: EngineState, known: str
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    old = {"secretId": "AKIDold", "secretKey": "old"}
    if known == "of another account":
        recorder.accept("AKIDold", "old", sdk_app_ids=[CLUB_APP])
    elif known == "expired":
        recorder.accept("AKIDold", "old", token="of-old", expires_in=0)
        old["securityToken"] = "of-old"
    engine_state.configure(secretId=SECRET_ID, secretKey=SECRET_KEY)
    for request in (provider.read, provider.delete):
        provider.restart(program=False, **old)
        assert request(task, state) in (None, (task, state))
    assert recorder.live_tasks() == []
    assert len(recorder.calls("StopWebRecord")) <= 3


def test_if_they_are_rejected_as_well_the_error_says_what_to_correct(
    provider: Provider, recorder: Recorder, engine_state: EngineState
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    engine_state.configure(secretId=SECRET_ID, secretKey="mistyped")
    provider.restart(program=False, secretKey="rotated-away")
    for request in (provider.read, provider.delete):
        with pytest.raises(Failed, match="correct trtc:secretKey") as failed:
            request(task, state)
        assert "--run-program" not in str(failed.value)
    assert [each.task_id for each in recorder.live_tasks()] == [task]
