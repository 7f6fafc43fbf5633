"""A declared recording on the real engine, with both providers: up, no-op up, refresh, destroy."""

from __future__ import annotations

import json
import re

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


def test_first_up_starts_each_declared_recording_once(stack: Stack, recorder: Recorder) -> None:
    stack.program(TWO)
    stack.up()
    tasks = stack.task_ids()
    assert set(tasks) == {"lobby", "shop"}
    assert live(recorder) == set(tasks.values())
    assert len(recorder.calls("StartWebRecord")) == 2
    shop = stack.outputs("shop")
    assert shop["task_id"] == tasks["shop"]
    assert shop["status"] == "recording"
    assert shop["file_prefix"] == f"bucket-1250000000/a/b/{tasks['shop']}/"
    assert shop["record_id"].startswith("shop-")
    assert shop["request_id"]
    assert shop["started_at"].endswith("+00:00")
    assert shop["resource_urn"] == stack.resources()["shop"]["urn"]


def test_a_second_up_changes_nothing_and_the_native_one_looks_alone(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(TWO)
    stack.up()
    recorder.reset_calls()
    again = stack.run("up", "--yes")
    assert "3 unchanged" in again.text
    assert asked(recorder) == looks(stack)


def test_refresh_asks_and_changes_nothing_while_it_records(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(TWO)
    stack.up()
    before = stack.resources()
    recorder.reset_calls()
    assert "3 unchanged" in stack.refresh().text
    assert {call.action for call in recorder.calls()} == {"DescribeWebRecord"}
    assert {name: r["outputs"] for name, r in stack.resources().items()} == {
        name: r["outputs"] for name, r in before.items()
    }
    assert "3 unchanged" in stack.up().text


def test_destroy_stops_every_recording_and_leaves_no_state(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(TWO)
    stack.up()
    stack.destroy()
    assert live(recorder) == set()
    assert stack.resources() == {}


def test_destroy_right_behind_the_up_stops_tasks_too_young_to_show(
    stack: Stack, recorder: Recorder
) -> None:
    recorder.switch(visible_after=5)
    stack.program('recording("lobby")')
    stack.up()
    stack.destroy()
    assert len(recorder.tasks()) == 1
    assert live(recorder) == set()


def test_no_secret_is_in_plain_text_in_state_or_output(stack: Stack, recorder: Recorder) -> None:
    stack.config("trtc:secretKey", "CANARY-wrong-key", "--secret")
    stack.config("trtc:secretId", "CANARY-id")
    stack.program(TWO)
    failed = stack.up("--show-secrets=false", expect=1)
    assert "AuthFailure" in failed.text
    stack.run("config", "rm", "trtc:secretKey")
    stack.run("config", "rm", "trtc:secretId")
    texts = [
        failed.text.replace("CANARY-id", ""),
        stack.preview("--diff").text,
        stack.up("--diff").text,
        stack.refresh().text,
        stack.export(),
        stack.run("stack", "--show-urns").text,
    ]
    assert all("CANARY" not in text for text in texts)
    assert "rtmp://" not in stack.export()
    assert (
        "rtmp://cdn/live?key=CANARY-stream" in stack.run("stack", "export", "--show-secrets").text
    )


@pytest.mark.providers("dynamic")
def test_the_pickled_provider_is_short_and_never_churns(stack: Stack) -> None:
    stack.program(TWO)
    stack.up()
    first = {r["outputs"]["__provider"] for r in stack.resources().values()}
    stack.program(TWO.replace("lobby", "hall"))
    stack.up()
    assert first == {r["outputs"]["__provider"] for r in stack.resources().values()}
    assert all(len(provider) < 100 for provider in first)


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


def test_a_failed_create_is_reported_with_its_code_and_the_next_up_starts_it(
    stack: Stack, recorder: Recorder
) -> None:
    recorder.inject(
        action="StartWebRecord",
        where="before",
        what="error",
        code="FailedOperation.SdkAppIdNotUnderAppId",
        message="No resource.",
        times=1,
    )
    stack.program('recording("lobby")')
    failed = stack.up(expect=1)
    assert re.search(r"recording 'lobby' \(RecordId lobby-\w{18}\) was not started", failed.text)
    assert "Traceback" not in failed.text
    assert "FailedOperation.SdkAppIdNotUnderAppId" in failed.text
    assert recorder.calls("StartWebRecord")[0].request_id in failed.text
    assert live(recorder) == set()
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())


def test_a_task_that_ended_by_itself_reads_as_ended_and_is_not_restarted(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    recorder.advance(60)
    recorder.end(stack.task_ids()["lobby"])
    stack.refresh()
    assert stack.outputs("lobby")["status"] == "ended"
    stack.up()
    assert live(recorder) == set()
    stack.destroy()
    assert len(recorder.calls("StartWebRecord")) == 1


def test_restart_policy_always_starts_an_ended_recording_anew(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", restart_policy="always")')
    stack.up()
    first = stack.task_ids()["lobby"]
    recorder.advance(60)
    recorder.end(first)
    stack.up("--refresh")
    assert stack.task_ids()["lobby"] != first
    assert live(recorder) == set(stack.task_ids().values())


def test_turning_restart_policy_to_always_restarts_what_a_refresh_saw_ending(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    recorder.advance(60)
    recorder.end(stack.task_ids()["lobby"])
    stack.refresh()
    stack.program('recording("lobby", restart_policy="always")')
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())
    assert stack.outputs("lobby")["status"] == "recording"


def test_an_up_with_refresh_stops_the_recording_that_it_replaces(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    old = stack.task_ids()["lobby"]
    stack.program('recording("lobby", triggers=[1])')
    stack.up("--refresh")
    assert live(recorder) == set(stack.task_ids().values()) != {old}


@pytest.mark.parametrize("options", [("--refresh",), ("--run-program",)], ids=str)
def test_a_destroy_that_asks_first_stops_the_recording(
    stack: Stack, recorder: Recorder, options: tuple[str, ...]
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    stack.run("destroy", "--yes", "--skip-preview", *options)
    assert live(recorder) == set()
