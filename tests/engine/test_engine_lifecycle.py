"""A declared recording on the real engine, with both providers: up, no-op up, refresh, destroy."""

from __future__ import annotations

import json

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
    stack.config("trtc:secretId", "CANARY-id")
    stack.config("trtc:secretKey", "CANARY-wrong-key", "--secret")
    stack.program(TWO)
    failed = stack.up("--show-secrets=false", expect=1)
    assert "AuthFailure" in failed.text
    assert stack.resources() == {}
    for key in ("trtc:secretKey", "trtc:secretId"):
        stack.run("config", "rm", key)
    recorder.reset_calls()
    texts = [
        failed.text.replace("CANARY-id", ""),
        stack.preview("--diff").text,
        stack.up("--diff").text,
    ]
    before = stack.resources()
    tasks = stack.task_ids()
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
    again = stack.run("up", "--yes").text
    assert "3 unchanged" in again
    assert asked(recorder) == looks(stack)

    recorder.reset_calls()
    refreshed = stack.refresh().text
    assert "3 unchanged" in refreshed
    assert {call.action for call in recorder.calls()} == {"DescribeWebRecord"}
    assert {name: each["outputs"] for name, each in stack.resources().items()} == {
        name: each["outputs"] for name, each in before.items()
    }
    assert "3 unchanged" in stack.up().text
    texts += [again, refreshed, stack.export(), stack.run("stack", "--show-urns").text]
    assert all("CANARY" not in text for text in texts)
    assert "rtmp://" not in stack.export()
    assert "rtmp://cdn/live?key=CANARY-stream" in stack.export("--show-secrets")

    stack.run("destroy", "--yes", "--skip-preview", "--refresh")
    assert live(recorder) == set()
    assert stack.resources() == {}


@pytest.mark.providers("dynamic", slow=("native",))
def test_an_ended_recording_is_restarted_by_its_policy_alone_and_a_changed_one_replaced(
    stack: Stack, recorder: Recorder
) -> None:
    def end() -> None:
        recorder.advance(60)
        recorder.end(stack.task_ids()["lobby"])

    stack.program('recording("lobby")')
    stack.up()
    first = stack.task_ids()["lobby"]
    end()
    assert "has ended: started at" in stack.refresh().text
    assert stack.outputs("lobby")["status"] == "ended"
    stack.up()
    assert live(recorder) == set()
    assert len(recorder.calls("StartWebRecord")) == 1

    stack.program('recording("lobby", restart_policy="always")')
    stack.up()
    assert live(recorder) == set(stack.task_ids().values()) != {first}
    assert stack.outputs("lobby")["status"] == "recording"
    end()
    stack.up(*(() if stack.provider == "native" else ("--refresh",)))
    second = stack.task_ids()["lobby"]
    assert live(recorder) == {second} != {first}

    stack.program('recording("lobby", triggers=[1])')
    stack.up("--refresh")
    assert live(recorder) == set(stack.task_ids().values()) != {second}
    stack.run("destroy", "--yes", "--skip-preview", "--run-program")
    assert live(recorder) == set()


@pytest.mark.slow
def test_a_destroy_stops_and_forgets_an_ended_and_a_young_recording(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(TWO)
    stack.up()
    recorder.end(stack.task_ids()["shop"])
    recorder.switch(visible_after=5)
    stack.program(TWO + 'recording("young")')
    stack.up()
    stack.destroy()
    assert live(recorder) == set()
    assert stack.resources() == {}
    assert len(recorder.calls("StartWebRecord")) == 3


@pytest.mark.providers("native")
def test_a_plain_up_reports_that_a_recording_has_ended_and_restarts_none(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    recorder.advance(60)
    recorder.end(stack.task_ids()["lobby"])
    assert "has ended: started at" in stack.up().text
    assert stack.outputs("lobby")["status"] == "ended"
    assert live(recorder) == set()


@pytest.mark.providers("dynamic", slow=("native",))
def test_lost_state_is_recovered_by_adoption(stack: Stack, recorder: Recorder) -> None:
    stack.program(TWO)
    stack.up()
    before = stack.task_ids()
    deployment = json.loads(stack.export())
    deployment["deployment"]["resources"] = []
    (stack.directory / "empty.json").write_text(json.dumps(deployment))
    stack.run("stack", "import", "--file", "empty.json")
    assert stack.task_ids() == {}
    again = stack.up()
    assert "adopted, nothing new was started" in again.text
    assert stack.task_ids() == before
    assert len(recorder.tasks()) == 2
