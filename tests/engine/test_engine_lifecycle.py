"""A declared recording on the real engine, with both providers: up, no-op up, refresh, destroy."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, asked, live, looks
from trtc_recorder.testing import Recorder

pytestmark = pytest.mark.providers("dynamic", "native")

TWO = """
recording("lobby", publish_cdn_params=[{"publish_cdn_url": "rtmp://cdn/live?key=CANARY-stream"}])
recording("shop", storage_params={"cloud_storage": {
    "region": "ap-singapore", "bucket": "bucket-1250000000",
    "access_key": "CANARY-access", "secret_key": "CANARY-secret", "file_name_prefix": ["a", "b"],
}})
"""


def test_up_refresh_and_destroy_start_each_recording_once_and_show_no_secret(
    stack: Stack, recorder: Recorder
) -> None:
    right = stack.settings.read_text()
    stack.config("trtc:secretId", "CANARY-id")
    stack.config("trtc:secretKey", "CANARY-wrong-key", "--secret")
    stack.program(TWO)
    failed = stack.up("--show-secrets=false", expect=1)
    assert "AuthFailure" in failed.text
    assert stack.resources() == {}
    stack.settings.write_text(right)
    recorder.reset_calls()
    texts = [failed.text.replace("CANARY-id", ""), stack.run("up", "--yes", "--diff").text]
    before = stack.resources()
    tasks = {name: each["id"] for name, each in before.items()}
    assert set(tasks) == {"lobby", "shop"}
    assert live(recorder) == set(tasks.values())
    assert len(recorder.calls("StartWebRecord")) == 2
    shop = before["shop"]["outputs"]
    assert shop["task_id"] == tasks["shop"]
    assert shop["status"] == "recording"
    assert shop["file_prefix"] == f"bucket-1250000000/a/b/{tasks['shop']}/"
    assert shop["record_id"].startswith("shop-")
    assert shop["request_id"]
    assert shop["started_at"].endswith("+00:00")
    assert shop["resource_urn"] == before["shop"]["urn"]
    assert (shop["endpoint"], shop["region"]) == (recorder.endpoint, "ap-singapore")

    recorder.reset_calls()
    refreshed = stack.refresh().text
    assert "3 unchanged" in refreshed
    assert asked(recorder) == {"DescribeWebRecord"}
    after = stack.resources()
    assert {name: after[name]["outputs"] for name in after} == {
        name: before[name]["outputs"] for name in before
    }

    recorder.reset_calls()
    again = stack.up().text
    assert "3 unchanged" in again
    assert asked(recorder) == looks(stack)
    exported = stack.export()
    texts += [refreshed, again, exported, stack.run("stack", "--show-urns").text]
    assert all("CANARY" not in text for text in texts)
    assert "rtmp://" not in exported
    assert "rtmp://cdn/live?key=CANARY-stream" in str(before["lobby"]["outputs"])

    stack.run("destroy", "--yes", "--skip-preview", "--refresh")
    assert live(recorder) == set()
    assert stack.resources() == {}
