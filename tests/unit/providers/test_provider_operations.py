"""Create, diff, update, read and delete of one recording by either provider."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from pulumi_stack import live
from trtc_recorder.testing import Recorder
from unit.declared import cos
from unit.providers.engine_requests import (
    EngineState,
    Failed,
    NativeProvider,
    Provider,
    Values,
)

CANARY = "CANARY"
LATER = "2099-01-01T00:00:00+00:00"
CDN = [{"publish_cdn_url": f"rtmp://cdn/live?key={CANARY}"}]
SECRETS: Values = {
    "publish_cdn_params": CDN,
    "record_url": f"https://me:{CANARY}@example.com/?token={CANARY}",
    "storage_params": cos(access_key=f"{CANARY}-access", secret_key=f"{CANARY}-secret"),
}


def reject_start(recorder: Recorder, code: str, **more: Any) -> None:
    fault = {"what": "error", "code": code, "times": None, **more}
    recorder.inject(action="StartWebRecord", where="before", **fault)


def ended(provider: Provider, recorder: Recorder, **changes: Any) -> tuple[str, Values]:
    """A recording that has ended since the last run: its id and its state."""
    task, state = provider.create(provider.inputs(**changes))
    recorder.advance(60)
    recorder.end(task)
    provider.messages()
    return task, state


def test_a_create_returns_every_output_and_an_unchanged_declaration_is_no_change(
    provider: Provider, recorder: Recorder
) -> None:
    inputs = provider.inputs(
        record_id="my-own",
        triggers=[{"oneThing": 1}, [2]],
        web_record_video_params={"width": 640, "height": 360, "format": "mp4"},
        storage_params=cos(file_name_prefix=["a", "b"], access_key="k", secret_key="s"),
    )
    task, state = provider.create(inputs)
    assert live(recorder) == {task}
    (sent,) = recorder.calls("StartWebRecord")
    assert sent.record_id == "my-own"
    outputs = {name: state[name] for name in state if inputs.get(name) != state[name]}
    assert outputs.pop("started_at").endswith("+00:00")
    assert outputs == {
        "task_id": task,
        "request_id": sent.request_id,
        "status": "recording",
        "file_prefix": f"recordings-1250000000/a/b/{task}/",
        "endpoint": recorder.endpoint,
        "region": "ap-singapore",
    }
    assert not provider.diff(task, state, inputs).changes


def test_a_changed_declaration_is_replaced_and_a_shared_cdn_target_freed_first(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    plan = provider.diff(task, state, provider.inputs(ready_timeout=5))
    assert (plan.replaces, plan.delete_before_replace) == (["ready_timeout"], False)
    assert "is stopped before" not in provider.messages()
    task, state = provider.create(provider.inputs(publish_cdn_params=CDN))
    plan = provider.diff(task, state, provider.inputs(publish_cdn_params=CDN, ready_timeout=5))
    assert (plan.replaces, plan.delete_before_replace) == (["ready_timeout"], True)
    assert "'lobby' is stopped before the new one starts: both push to" in provider.messages()


def test_a_delete_spares_what_the_program_keeps_and_stops_what_it_replaces(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.advance(60)
    changes: list[tuple[Values, set[str]]] = [
        ({"startup_watch": 5}, {task}),
        ({"ready_timeout": 5}, set()),
    ]
    for change, left in changes:
        provider.restart()
        inputs = provider.inputs(**change)
        provider.check(inputs, state)
        provider.diff(task, state, inputs)
        provider.delete(task, state)
        assert live(recorder) == left


def test_rotated_storage_keys_change_only_the_state(provider: Provider, recorder: Recorder) -> None:
    task, state = provider.create(provider.inputs(**SECRETS))
    rotated = {**SECRETS, "storage_params": cos(access_key="A", secret_key=f"{CANARY}-2")}
    inputs = provider.inputs(**rotated)
    recorder.reset_calls()
    plan = provider.diff(task, state, inputs)
    assert (plan.changes, plan.replaces) == (True, [])
    updated = provider.update(task, state, inputs)
    assert updated == {**state, "storage_params": rotated["storage_params"]}
    said = provider.messages()
    assert f"TaskId {task} keeps the storage keys that it was started with" in said
    assert CANARY not in said
    assert recorder.calls() == []


def test_rotated_storage_keys_start_a_new_task_where_a_replacement_is_asked_for(
    provider: Provider, recorder: Recorder, engine_state: EngineState
) -> None:
    for n, own in enumerate([{}, {"record_id": "mine"}]):
        task, state = provider.create(provider.inputs(**SECRETS, **own))
        recorder.advance(60)
        engine_state.hold(provider.stored(task, state))
        rotated = {**SECRETS, "storage_params": cos(access_key="A", secret_key=f"{CANARY}-2")}
        provider.restart(timeout=str(50 + n))
        assert provider.check(provider.inputs(**rotated, **own), state) == []
        assert provider.diff(task, state, provider.inputs(**rotated, **own)).replaces == []
        if own:
            with pytest.raises(Failed, match="was not replaced: its declaration is unchanged"):
                provider.create(provider.inputs(**rotated, **own))
        else:
            new, _ = provider.create(provider.inputs(**rotated))
            assert live(recorder) == {new} != {task}
            assert "is stopped first: only its storage keys have changed" in provider.messages()
            recorder.end(new)
    assert live(recorder) == {task}


@pytest.mark.parametrize("change", [{"ready_timeout": 61}, {"record_url": None}])
def test_inputs_that_a_policy_pack_has_made_invalid_after_the_check_are_named(
    provider: Provider, recorder: Recorder, change: Values
) -> None:
    task, state = provider.create(provider.inputs())
    recorder.reset_calls()
    bad = provider.inputs(**change)
    for request in (
        lambda: provider.create(bad),
        lambda: provider.diff(task, state, bad),
        lambda: provider.update(task, state, bad),
    ):
        with pytest.raises(Failed) as failed:
            request()
        text = str(failed.value)
        (field,) = change
        assert text.startswith(f"recording 'lobby' has invalid inputs: {field}")
        assert "Nothing was started" in text
        assert "a policy pack's remediation" in text
    with pytest.raises(Failed, match="'lobby' has an invalid state: sdk_app"):
        provider.diff(task, {**state, "sdk_app_id": "x"}, provider.inputs())
    assert recorder.calls() == []


def test_a_failed_start_that_has_no_other_remedy_is_reported_with_the_vendors(
    provider: Provider, recorder: Recorder
) -> None:
    for code in ("RequestRejection", "TaskFinished"):
        reject_start(recorder, f"FailedOperation.{code}")
        with pytest.raises(Failed, match="If this repeats, change `triggers`: the recording then"):
            provider.create(provider.inputs())
        with pytest.raises(Failed, match="If this repeats, set another record_id: the recording"):
            provider.create(provider.inputs(record_id="mine"))
        recorder.clear_faults()


def test_a_rejected_create_is_reported_with_its_name_code_and_request_id(
    provider: Provider, recorder: Recorder
) -> None:
    reject_start(recorder, "FailedOperation.NotAbility")
    with pytest.raises(Failed) as failed:
        provider.create(provider.inputs())
    text = str(failed.value)
    assert re.search(r"recording 'lobby' \(RecordId lobby-\w{18}\) was not started", text)
    assert "FailedOperation.NotAbility" in text
    assert "RTC-Engine monthly package: buy one for SdkAppId 1600011111" in text
    assert recorder.calls("StartWebRecord")[0].request_id in text
    assert "Traceback" not in text
    assert live(recorder) == set()


@pytest.mark.parametrize("name", ["lobby", "hall"])
@pytest.mark.parametrize("then", ["update", "replace", "delete"])
def test_a_start_that_was_not_finished_is_finished_by_what_changes_something_not_by_a_read(
    provider: Provider, recorder: Recorder, engine_state: EngineState, then: str, name: str
) -> None:
    """A preview reads, too. What is left to do is to stop an interrupted run's earlier version.

    `name` is that of the recording when it is finished.
    """
    old, old_state = provider.create(provider.inputs(triggers=["old"]))
    inputs = provider.inputs()
    new, state = provider.create(inputs)
    engine_state.hold(creating=[provider.stored(old, old_state)])
    provider.restart()
    recorder.reset_calls()
    failed = {**state, "record_id": None, "unfinished": state["record_id"]}
    assert provider.read(new, failed) == (new, failed)
    plan = provider.diff(new, failed, inputs)
    assert (plan.changes, plan.replaces) == (True, [])
    assert {call.action for call in recorder.calls()} == {"DescribeWebRecord"}
    assert live(recorder) == {old, new}
    declared = {**inputs, "resource_urn": provider.inputs(name)["resource_urn"]}
    if then == "update":
        assert provider.update(new, failed, declared) == {**state, **declared}
        assert live(recorder) == {new}
        return
    replaced = (
        {provider.create({**declared, "ready_timeout": 5})[0]} if then == "replace" else set()
    )
    renamed = declared if isinstance(provider, NativeProvider) else {}
    provider.delete(new, {**failed, **renamed})
    assert live(recorder) == replaced


def test_a_start_for_the_stream_of_another_recording_is_rejected_or_announced(
    provider: Provider, recorder: Recorder, engine_state: EngineState
) -> None:
    stream = [{"publish_cdn_url": "rtmp://cdn/live/room"}]
    task, state = provider.create(provider.inputs(publish_cdn_params=stream))
    engine_state.hold(provider.stored(task, state))
    provider.restart()
    other = provider.inputs("hall", publish_cdn_params=stream)
    hall, _ = provider.create(other)
    assert f"RecordId {state['record_id']}) pushes to the same CDN URL" in provider.messages()
    assert live(recorder) == {task, hall}

    lobby = provider.inputs(publish_cdn_params=stream)
    provider.restart()
    assert provider.check(lobby, lobby) == []
    provider.diff(task, state, lobby)
    with pytest.raises(Failed) as failed:
        provider.create({**other, "ready_timeout": 5})
    assert f"RecordId {state['record_id']}) goes on, and pushes to the same CDN URL" in str(
        failed.value
    )
    recorder.advance(60)
    recorder.end(task)
    provider.create({**other, "ready_timeout": 5})


def test_an_ended_recording_is_read_as_ended_and_reported_with_its_times(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = ended(provider, recorder)
    read_id, read = provider.read(task, state)
    by = datetime.fromisoformat(read["ended_at"]) - datetime.fromisoformat(state["started_at"])
    assert 60 <= by.total_seconds() < 120
    end = {"status": "ended", "ended_at": read["ended_at"], "end_reason": "ended by itself"}
    assert (read_id, read) == (task, {**state, **end})
    said = f"'lobby' (RecordId {state['record_id']}) ended early, after at most 2 of"
    assert f"{said} 1440 min: ended by itself. Nothing restarts it" in provider.messages()
    assert provider.diff(task, read, provider.inputs()).changes
    provider.restart()
    assert not provider.diff(task, read, provider.inputs()).changes
    assert provider.read(task, read)[1] == read
    assert provider.messages() == ""
    assert provider.diff(task, read, provider.inputs(ready_timeout=5)).replaces
    assert "'lobby' has ended: this change starts a new one, stops nothing" in provider.messages()


def test_a_run_names_the_recordings_that_ended_before_it_once(
    provider: Provider, recorder: Recorder, engine_state: EngineState
) -> None:
    def run(*recordings: Values) -> str:
        for each in recordings:
            inputs = {name: each[name] for name in provider.inputs()}
            assert provider.check(inputs, inputs) == []
            provider.diff(task, each, inputs)
        return provider.messages().strip()

    task, state = ended(provider, recorder)
    names = ("lobby", "shop", "hall", "attic", "barn", "yard", "zoo")
    ends = {"shop": state["started_at"]}
    each = [
        {**state, **provider.inputs(name), "status": "ended", "ended_at": ends.get(name, LATER)}
        for name in names
    ]
    each[-1]["restart_policy"] = "always"
    engine_state.hold(*(provider.stored(task, one) for one in each))
    for _ in range(2):
        provider.restart()
        said = "that ended before this run: shop (early), attic, barn, hall, lobby and 1 more"
        assert run(*each) == f"recordings {said}. To record one again, change its `triggers`"
    provider.restart()
    _, read = provider.read(task, state)
    assert "ended early" in provider.messages()
    assert run(read) == ""


def test_an_ended_recording_that_restarts_is_gone_and_the_next_one_announced(
    provider: Provider, recorder: Recorder
) -> None:
    task, state = ended(provider, recorder, restart_policy="always")
    assert provider.read(task, state) == ("", {})
    assert ". `pulumi up` starts a new one" in provider.messages()
