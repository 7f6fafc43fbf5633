"""Values that lose the footage: rejected in a new recording, kept in a running one."""

from __future__ import annotations

from typing import Any

import pytest
from trtc_recorder.testing import Recorder
from unit.declared import cos, vod
from unit.providers.engine_requests import Provider

CANARY = "canary5f1e"
INTERNATIONAL = "https://trtc.intl.tencentcloudapi.com"
CLOUD = [
    *(INTERNATIONAL, f"{INTERNATIONAL}.:443/", "https://TRTC.tencentcloudapi.com"),
    "https://trtc.ap-beijing.tencentcloudapi.com",
]
OWN = ["https://trtc.example.com", "https://tencentcloudapi.com.example.com"]
PAGE = "http://localhost:8080/lobby"
LOCAL: dict[str, Any] = {
    "record_url": PAGE,
    "publish_cdn_params": [{"publish_cdn_url": f"rtmp://10.0.0.5/live/{CANARY}"}],
}
IMPOSSIBLE = cos(bucket="lessons", region="singapore")


@pytest.mark.parametrize("endpoint", CLOUD)
def test_the_cloud_gets_no_address_that_it_cannot_open(provider: Provider, endpoint: str) -> None:
    provider.restart(
        endpoint=endpoint, region="ap-singapore" if "intl" in endpoint else "ap-beijing"
    )
    bad = provider.inputs(**LOCAL, ready_timeout=99, storage_params=IMPOSSIBLE)
    *others, page, target = provider.check(bad)
    assert [reason.partition(" = ")[0] for reason in others] == [
        "storage_params.cloud_storage.region",
        "storage_params.cloud_storage.bucket",
        "ready_timeout",
    ]
    assert [reason.partition(". ")[0] for reason in (page, target)] == [
        f"record_url = '{PAGE}': the cloud cannot open this page: its host is localhost",
        "publish_cdn_params[0].publish_cdn_url = [secret]: the cloud cannot push to it: its host "
        "is a private or reserved address",
    ]
    for reason in (page, target):
        assert "the local service could, with trtc:endpoint" in reason
        assert CANARY not in reason
    assert provider.check(provider.inputs(record_url="https://example.com/hall")) == []


@pytest.mark.parametrize("endpoint", [*OWN, None])
def test_another_service_is_given_any_address(provider: Provider, endpoint: str | None) -> None:
    if endpoint:
        provider.restart(endpoint=endpoint)
    assert provider.check(provider.inputs(**LOCAL)) == []


def test_a_running_recording_goes_on_with_what_is_rejected_in_a_new_one(
    provider: Provider, recorder: Recorder
) -> None:
    old = provider.inputs(storage_params=IMPOSSIBLE)
    task, outputs = provider.create(old)
    state = {**old, **outputs}
    provider.restart()
    provider.messages()
    assert provider.check(old, old) == []
    said = provider.messages()
    assert "recording 'lobby' goes on with values that are rejected in a new one" in said
    assert "storage_params.cloud_storage.bucket = 'lessons': must be the bucket's full name" in said
    assert "did you mean 'ap-singapore'?" in said
    assert not provider.diff(task, state, old).changes
    assert provider.read(task, state)[1]["status"] == "recording"
    assert (
        len(provider.check(provider.inputs(storage_params=IMPOSSIBLE, startup_watch=5), old)) == 2
    )
    corrected = provider.inputs()
    assert provider.check(corrected, old) == []
    assert provider.diff(task, state, corrected).replaces == ["storage_params"]
    provider.restart(program=False)
    assert provider.read(task, state)[1]["status"] == "recording"
    provider.delete(task, state)
    assert recorder.tasks()[0].ended_at is not None


def test_a_good_recording_that_goes_on_is_warned_of_nothing(provider: Provider) -> None:
    provider.restart(endpoint=INTERNATIONAL)
    provider.messages()
    inputs = provider.inputs(storage_params=vod(storage_region="ap-chongqing"))
    assert provider.check(inputs, inputs) == []
    assert provider.messages() == ""
