"""What a plan shows of a change, under the names that the user writes."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2
from trtc_webrecord.native.properties import sent
from trtc_webrecord.native.provider import Provider

URN = "urn:pulumi:dev::lessons::trtc:index:WebRecording::lobby"
INPUTS = {
    "recordUrl": "https://example.com/lobby",
    "sdkAppId": 1600011111,
    "storageParams": {"cloudStorage": {"region": "ap-singapore", "bucket": "lessons-1250000000"}},
    "maxDurationLimit": 3600,
}


@pytest.fixture
def provider() -> Provider:
    provider = Provider()
    config = {"secretId": "AKID", "secretKey": "key"}
    provider.Configure(provider_pb2.ConfigureRequest(args=sent(config)), None)
    return provider


@pytest.mark.parametrize(
    ("change", "replaces", "shown"),
    [
        ({"maxDurationLimit": 7200}, ["maxDurationLimit"], {"maxDurationLimit": "UPDATE_REPLACE"}),
        ({"startupWatch": 1}, [], {"startupWatch": "ADD"}),
        ({}, [], {}),
    ],
)
def test_a_plan_names_a_change_as_the_user_writes_it(
    provider: Provider, change: dict[str, Any], replaces: list[str], shown: dict[str, str]
) -> None:
    olds = {**INPUTS, "taskId": "task-1", "status": "recording"}
    request = provider_pb2.DiffRequest(
        id="task-1", urn=URN, olds=sent(olds), news=sent({**INPUTS, **change})
    )
    plan = provider.Diff(request, None)
    kind = provider_pb2.PropertyDiff.Kind.Name
    assert list(plan.replaces) == replaces
    assert {name: kind(each.kind) for name, each in plan.detailedDiff.items()} == shown
    assert set(plan.diffs) == set(shown)
