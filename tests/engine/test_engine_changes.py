"""What a change of the declaration does to the recording that runs, on the real engine."""

from __future__ import annotations

from pulumi_stack import Stack, asked, live, looks
from trtc_recorder.testing import Recorder

BEFORE = """
import json
CDN = {"publish_cdn_url": "rtmp://cdn/live?key=1"}
VOD = {"cloud_vod": {"tencent_vod": {"media_type": 0}}}
recording("same")
recording("url")
recording("app")
recording("duration")
recording("storage")
recording("prefix")
recording("video")
recording("cdn")
recording("ready")
recording("mobile")
recording("triggers", triggers=[1])
recording("record-id", record_id="mine-1")
recording("watch")
recording("policy")
"""

AFTER = """
import json
CDN = {"publish_cdn_url": "rtmp://cdn/live?key=1"}
VOD = {"cloud_vod": {"tencent_vod": {"media_type": 0}}}
recording("same", web_record_video_params={"width": 1280}, ready_timeout=0, triggers=[])
recording("url", record_url="https://example.com/other")
recording("app", sdk_app_id=1600022222)
recording("duration", max_duration_limit=7200)
recording("storage", storage_params=VOD)
recording("prefix", storage_params={"cloud_storage": {
    **COS["cloud_storage"], "file_name_prefix": ["deeper"]}})
recording("video", web_record_video_params={"height": 1080})
recording("cdn", publish_cdn_params=[CDN])
recording("ready", ready_timeout=10)
recording("mobile", emulate_mobile_params={})
recording("triggers", triggers=[2])
recording("record-id", record_id="mine-2")
recording("watch", startup_watch=1)
recording("policy", restart_policy="always")
"""

IN_PLACE = {"same", "watch", "policy"}


def test_a_changed_specification_is_a_new_recording_and_all_else_is_in_place(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program(BEFORE)
    stack.up()
    before = stack.task_ids()
    pickled = {each["outputs"]["__provider"] for each in stack.resources().values()}
    assert all(len(provider) < 100 for provider in pickled)
    stack.program(AFTER)
    changed = stack.up()
    after = stack.task_ids()
    assert {name for name in before if before[name] == after[name]} == IN_PLACE
    assert live(recorder) == set(after.values())
    assert "2 updated" in changed.text
    assert f"{len(before) - len(IN_PLACE)} replaced" in changed.text
    assert {each["outputs"]["__provider"] for each in stack.resources().values()} == pickled
    assert stack.outputs("policy")["restart_policy"] == "always"
    assert stack.outputs("policy")["status"] == "recording"
    recorder.reset_calls()
    assert "unchanged" in stack.up().text
    assert asked(recorder) == looks(stack)


def test_a_new_recording_starts_before_the_old_one_stops_which_a_rejected_one_leaves_running(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    old = live(recorder)
    reject = {"action": "StartWebRecord", "where": "before", "what": "error", "times": 1}
    recorder.inject(code="FailedOperation.NotAbility", message="", **reject)
    stack.program('recording("lobby", ready_timeout=10)')
    stack.up(expect=1)
    assert live(recorder) == old == set(stack.task_ids().values())
    recorder.reset_calls()
    stack.up()
    actions = [call.action for call in recorder.calls()]
    assert actions.index("StartWebRecord") < actions.index("StopWebRecord")
    assert live(recorder) == set(stack.task_ids().values()) != old


def test_rotated_storage_keys_change_the_state_alone(stack: Stack, recorder: Recorder) -> None:
    program = """recording("lobby", storage_params={{"cloud_storage": {{
        **COS["cloud_storage"], "access_key": "AK{0}", "secret_key": "SK{0}"}}}})"""
    stack.program(program.format(1))
    stack.up()
    before = stack.outputs("lobby")
    recorder.reset_calls()
    stack.program(program.format(2))
    rotated = stack.up()
    assert "keeps the storage keys that it was started with" in rotated.text
    assert "SK2" not in rotated.text
    after = stack.outputs("lobby")
    assert after["task_id"] == before["task_id"]
    assert "SK2" in str(after)
    assert "SK1" not in str(after)
    assert asked(recorder) == looks(stack)


def test_adopt_task_id_takes_over_a_running_task_and_may_be_left_out_afterwards(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    task = stack.task_ids()["lobby"]
    record_id = stack.outputs("lobby")["record_id"]
    stack.run("state", "delete", stack.resources()["lobby"]["urn"], "--yes")
    stack.program(f'recording("mine", adopt_task_id={task!r})')
    stack.up()
    assert stack.outputs("mine")["record_id"] == record_id
    assert stack.task_ids() == {"mine": task}
    stack.program('recording("mine")')
    stack.up()
    assert stack.task_ids() == {"mine": task}
    assert live(recorder) == {task}
    stack.destroy()
    assert live(recorder) == set()
