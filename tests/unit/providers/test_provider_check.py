from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2
from pulumi.runtime.rpc import UNKNOWN
from trtc_recorder.testing import Recorder
from trtc_webrecord.native.properties import sent
from unit.declared import COS, cos
from unit.providers.engine_requests import EngineState, NativeProvider, Provider, Values

CANARY = "CANARY"
TASK = "task-5"


def test_all_errors_of_a_recording_are_reported_at_once_beside_unknown_inputs_without_a_call(
    provider: Provider, recorder: Recorder
) -> None:
    bad = provider.inputs(
        record_url=UNKNOWN,
        max_duration_limit=1,
        publish_cdn_params=[{"publish_cdn_url": f"http://{CANARY}"}],
        record_id="",
    )
    assert [reason.partition(":")[0] for reason in provider.check(bad)] == [
        "max_duration_limit = 1",
        "publish_cdn_params[0].publish_cdn_url = [secret]",
        "record_id = ''",
    ]
    assert recorder.calls() == []


@pytest.mark.parametrize("olds", [False, True], ids=["new", "unchanged"])
def test_missing_credentials_are_reported_of_any_recording_once(
    provider: Provider, olds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trtc_webrecord.api.credentials.cvm_role", lambda: "no CVM")
    provider.restart(secretId="", secretKey="")
    inputs = provider.inputs(storage_params=cos(access_key="a", secret_key="b"))
    (reason,) = provider.check(inputs, inputs if olds else None)
    for words in ("no Tencent Cloud credentials found", "trtc:secretKey", "TKE_ROLE_ARN"):
        assert words in reason


def test_temporary_credentials_cannot_serve_as_storage_keys(provider: Provider) -> None:
    provider.restart(securityToken=CANARY)
    (reason,) = provider.check(provider.inputs())
    assert "access_key and secret_key are required with temporary credentials" in reason
    assert CANARY not in reason


def test_an_explicit_id_of_a_stored_recording_is_reported_unless_it_is_only_read(
    provider: Provider, engine_state: EngineState, recorder: Recorder
) -> None:
    lobby = {**provider.inputs("lobby"), "task_id": TASK, "record_id": "mine"}
    adopting = provider.inputs("shop", adopt_task_id=TASK)
    engine_state.hold(provider.stored(TASK, lobby))
    (reason,) = provider.check(adopting)
    assert f"adopt_task_id = '{TASK}': the stack's recording 'lobby' (urn:" in reason
    (reason,) = provider.check(provider.inputs("hall", record_id="mine"))
    assert "record_id = 'mine': the stack's recording 'lobby' (urn:" in reason
    engine_state.hold(provider.stored(TASK, lobby, external=True))
    provider.restart()
    assert provider.check(adopting) == []
    assert provider.check(provider.inputs("lobby", record_id="twice")) == []
    (reason,) = provider.check(provider.inputs("hall", record_id="twice"))
    assert "record_id = 'twice': recordings 'lobby'" in reason
    assert "'hall'" in reason
    assert recorder.calls() == []


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("record_id", "mine", "is the RecordId of the recording before the change of"),
        ("adopt_task_id", TASK, "that task runs with the settings from before"),
    ],
)
def test_an_explicit_id_is_kept_by_an_unchanged_recording_and_by_no_changed_one(
    provider: Provider, engine_state: EngineState, field: str, value: str, why: str
) -> None:
    derived = provider.inputs()
    state = {**derived, "task_id": TASK, "record_id": "mine"}
    engine_state.hold(provider.stored(TASK, state))
    kept = provider.inputs(**{field: value})
    assert provider.check(kept, derived) == []
    assert provider.check({**kept, "startup_watch": 5}, kept) == []
    assert provider.check(provider.inputs(**{field: "other"}, ready_timeout=5), kept) == []
    assert provider.check(provider.inputs(ready_timeout=5), kept) == []
    for olds in (derived, kept, None):
        changed = provider.inputs(**{field: value}, ready_timeout=5, triggers=[1])
        (reason,) = provider.check(changed, olds)
        assert reason.startswith(f"{field} = {value!r}: {why}")
        assert "the change of ready_timeout, triggers" in reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, None),
        ({"maxDurationLimit": 100}, "maxDurationLimit = 100: must be from 1800 to 86400"),
        (
            {"storageParams": {"cloudStorage": {**COS, "fileNamePrefix": ["a/b"]}}},
            "storageParams.cloudStorage.fileNamePrefix[0] = 'a/b': must consist of letters",
        ),
        (
            {"max_duration_limit": 3600},
            "max_duration_limit: is an unknown field; did you mean maxDurationLimit?",
        ),
        ({"recordUrl": None}, "recordUrl: is required"),
        ({"startAt": "09:00"}, "startAt: is an unknown field; `pulumi up` starts a recording at"),
    ],
)
def test_the_native_provider_names_fields_as_they_are_written(
    native: NativeProvider, change: Values, message: str | None
) -> None:
    good = {
        "recordUrl": "https://example.com/lobby",
        "sdkAppId": 1600011111,
        "storageParams": {"cloudStorage": COS},
    }
    urn = native.inputs()["resource_urn"]
    request = provider_pb2.CheckRequest(urn=urn, news=sent({**good, **change}))
    reasons = [failure.reason for failure in native.stub.Check(request).failures]
    assert len(reasons) == (message is not None)
    assert "".join(reasons).startswith(message or "")


def test_a_wrong_configuration_is_reported_by_its_key(native: NativeProvider) -> None:
    native.restart(endPoint="x")
    (reason,) = native.failures
    assert "trtc:endPoint: is an unknown key; did you mean trtc:endpoint?" in reason


def to_cdn(query: str, **changes: object) -> Values:
    url = f"rtmp://cdn.example.com:1935/live/{CANARY}?{query}"
    return {"publish_cdn_params": [{"publish_cdn_url": url}], **changes}


def test_two_new_recordings_of_one_stream_are_reported_whatever_authenticates_them(
    provider: Provider,
) -> None:
    old = provider.inputs("old", **to_cdn("a"))
    assert provider.check(old, old) == []
    assert provider.check(provider.inputs(**to_cdn("a"))) == []
    (reason,) = provider.check(provider.inputs("hall", **to_cdn("b")))
    assert reason.startswith("publish_cdn_params: recordings 'lobby' and 'hall' both push to one")
    assert CANARY not in reason
    other = [{"publish_cdn_url": "rtmp://cdn.example.com/live/other"}]
    assert provider.check(provider.inputs("shop", publish_cdn_params=other)) == []


@pytest.mark.parametrize("forced", [False, True])
def test_a_change_of_what_is_retained_may_not_push_to_the_same_stream(
    provider: Provider, engine_state: EngineState, forced: bool
) -> None:
    old = provider.inputs(**to_cdn("a"))
    new = provider.inputs(**to_cdn("b", ready_timeout=5))
    olds = {} if forced else old
    state = {**old, "task_id": TASK, "status": "recording"}
    for held, retained in ((state, False), ({**state, "status": "ended"}, True)):
        engine_state.hold(provider.stored(TASK, held, retainOnDelete=retained))
        provider.restart()
        assert provider.check(new, olds) == []
    engine_state.hold(provider.stored(TASK, state, retainOnDelete=True))
    provider.restart()
    assert provider.check({**old, "startup_watch": 5}, olds) == []
    elsewhere = [{"publish_cdn_url": "rtmp://cdn.example.com/live/other"}]
    assert provider.check({**new, "publish_cdn_params": elsewhere}, olds) == []
    (reason,) = provider.check(new, olds)
    assert f"retain_on_delete keeps TaskId {TASK}, and both would" in reason
    assert CANARY not in reason
