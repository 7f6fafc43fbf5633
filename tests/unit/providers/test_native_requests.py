"""What only the native provider is asked, or answers."""

from __future__ import annotations

import threading

import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2
from trtc_recorder.testing import Recorder
from unit.declared import cos, vod
from unit.providers.engine_requests import (
    Failed,
    NativeProvider,
    Values,
    as_sent,
)
from waiting import until


def test_a_native_create_ends_with_its_timeout_or_a_cancel_and_starts_nothing_after_it(
    native: NativeProvider, recorder: Recorder
) -> None:
    recorder.inject(action="StartWebRecord", what="throttle", times=None)
    not_started = "recording 'lobby' was not started: "
    over = f"{not_started}the time that customTimeouts allows is over"
    with pytest.raises(Failed, match=over):
        native.create(native.inputs(), timeout=0.5)
    recorder.reset_calls()

    def cancel() -> None:
        until(lambda: recorder.calls("StartWebRecord"))
        native.stub.Cancel(Empty())

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Failed, match=f"{not_started}the run was cancelled"):
        native.create(native.inputs())
    canceller.join()
    recorder.clear_faults()
    with pytest.raises(Failed, match="the run was cancelled"):
        native.create(native.inputs())
    assert recorder.tasks() == []


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"max_duration_limit": 7200}, {"maxDurationLimit": "ADD_REPLACE"}),
        ({"record_url": "https://a"}, {"recordUrl": "UPDATE_REPLACE"}),
        ({"startup_watch": 1}, {"startupWatch": "ADD"}),
        (
            {"storage_params": cos(access_key="a", secret_key="new")},
            {"storageParams.cloudStorage.secretKey": "UPDATE"},
        ),
        ({"storage_params": vod(media_type=0)}, {"storageParams": "UPDATE_REPLACE"}),
        ({}, {}),
    ],
)
def test_a_native_plan_names_a_change_as_the_user_writes_it(
    native: NativeProvider, change: Values, shown: dict[str, str]
) -> None:
    inputs = native.inputs(storage_params=cos(access_key="a", secret_key="old"))
    olds = {**inputs, "task_id": "task-1", "status": "recording"}
    values = {"olds": as_sent(olds), "news": as_sent({**inputs, **change})}
    request = provider_pb2.DiffRequest(id="task-1", urn=inputs["resource_urn"], **values)
    plan = native.stub.Diff(request)
    kind = provider_pb2.PropertyDiff.Kind.Name
    assert {name: kind(each.kind) for name, each in plan.detailedDiff.items()} == shown
    assert list(plan.replaces) == [name for name in shown if shown[name].endswith("_REPLACE")]
    assert set(plan.diffs) == {path.partition(".")[0] for path in shown}
