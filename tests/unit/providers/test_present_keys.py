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


LAST_UP = ["AuthFailure.SignatureFailure", "use the keys of the last `pulumi up`", "--run-program"]


@pytest.mark.parametrize("configured", [True, False])
def test_if_there_are_no_better_ones_the_error_says_what_to_correct_or_the_way_out(
    provider: Provider, recorder: Recorder, engine_state: EngineState, configured: bool
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    if configured:
        engine_state.configure(secretId=SECRET_ID, secretKey="mistyped")
    provider.restart(program=False, secretKey="rotated-away")
    for request in (provider.read, provider.delete):
        with pytest.raises(Failed) as failed:
            request(task, state)
        text = str(failed.value)
        assert ("correct trtc:secretKey" in text) is configured
        assert ("--run-program" in text) is not configured
        assert configured or all(words in text for words in LAST_UP)
    assert [each.task_id for each in recorder.live_tasks()] == [task]
