"""Tasks that a recording takes over, by its own RecordId or by their TaskId."""

from __future__ import annotations

import pytest
from pulumi_stack import live
from trtc_recorder.testing import Recorder, RunningService
from unit.providers.engine_requests import (
    EngineState,
    Failed,
    Provider,
)


def test_a_task_that_is_not_there_is_not_read(provider: Provider) -> None:
    with pytest.raises(Failed, match="recording 'lobby': there is no task gone to read at"):
        provider.read("gone", provider.inputs())
    how = r"cannot be imported.* Declare the recording with adopt_?[tT]ask_?[iI]d = 'gone'"
    with pytest.raises(Failed, match=how):
        provider.read("gone", {"resource_urn": provider.inputs()["resource_urn"]})


def test_a_task_of_another_recording_is_not_adopted(provider: Provider) -> None:
    task, _ = provider.create(provider.inputs())
    with pytest.raises(Failed, match="another recording of the stack holds it"):
        provider.create(provider.inputs("shop", adopt_task_id=task))


@pytest.mark.parametrize("skipped", [False, True], ids=["checkpoints", "no checkpoints"])
def test_ones_own_record_id_is_adopted_after_an_interrupted_create_or_by_its_task(
    provider: Provider,
    recorder: Recorder,
    engine_state: EngineState,
    monkeypatch: pytest.MonkeyPatch,
    skipped: bool,
) -> None:
    """`skipped`: what the run under way begins is not in the state."""
    task, state = provider.create(provider.inputs(record_id="mine"))
    if skipped:
        monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
    own = [] if skipped else [provider.stored(task, state)]
    engine_state.hold(creating=own)
    provider.restart()
    with pytest.raises(Failed, match="does not show that this declaration started it"):
        provider.create(provider.inputs(record_id="mine"))
    provider.restart()
    engine_state.hold(creating=[provider.stored(task, state), *own])
    assert provider.create(provider.inputs(record_id="mine"))[0] == task
    provider.restart()
    engine_state.hold(creating=own)
    inputs = provider.inputs(record_id="mine", adopt_task_id=task)
    assert provider.check(inputs) == []
    adopted, state = provider.create(inputs)
    assert adopted == task
    assert not provider.diff(task, state, provider.inputs(record_id="mine")).replaces
    assert live(recorder) == {task}


def test_a_task_that_another_resource_keeps_is_not_stopped(
    provider: Provider,
    recorder: Recorder,
    engine_state: EngineState,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task, state = provider.create(provider.inputs())
    own = provider.stored(task, state)
    other = {**own, "urn": own["urn"].replace("::lobby", "::hall")}
    provider.restart(program=False)
    engine_state.hold(own, other)
    provider.delete(task, state)
    assert f"keeps running: {other['urn']} has adopted it" in provider.messages()

    monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "1")
    provider.restart(program=False)
    with pytest.raises(Failed, match="command again without PULUMI_SKIP_CHECKPOINTS"):
        provider.delete(task, state)
    engine_state.hold(other)
    provider.restart()
    with pytest.raises(Failed, match="`pulumi up` again without PULUMI_SKIP_CHECKPOINTS"):
        provider.create(provider.inputs())
    assert live(recorder) == {task}

    monkeypatch.delenv("PULUMI_SKIP_CHECKPOINTS")
    provider.restart(program=False)
    engine_state.hold(own, other, deleting=[own, other])
    provider.delete(task, state)
    assert live(recorder) == set()


def test_a_task_without_a_record_id_and_one_of_any_alphabet_are_adopted_and_stopped(
    provider: Provider, recorder: RunningService
) -> None:
    request: dict[str, object] = {
        "RecordUrl": "https://example.com/lobby",
        "SdkAppId": 1600011111,
        "StorageParams": {"CloudVod": {"TencentVod": {"MediaType": 0}}},
    }
    for record_id in (None, "Raum 5: é"):
        named = {} if record_id is None else {"RecordId": record_id}
        recorder.service.call("StartWebRecord", {**request, **named})
        (running,) = live(recorder)
        task, state = provider.create(provider.inputs(adopt_task_id=running))
        assert (task, state.get("record_id")) == (running, record_id)
        assert not provider.diff(task, state, provider.inputs()).replaces
        assert provider.read(task, state) == (task, state)
        hall = provider.inputs("hall")
        renamed = provider.update(task, state, {**hall, "record_url": state["record_url"]})
        assert {**renamed, "resource_urn": state["resource_urn"]} == {
            name: value for name, value in state.items() if name != "adopt_task_id"
        }
        provider.restart(program=False)
        provider.delete(task, state)
        assert live(recorder) == set()
