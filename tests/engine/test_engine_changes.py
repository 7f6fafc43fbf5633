"""What a change of the declaration does to the recording that runs, on the real engine."""

from __future__ import annotations

import re

import pytest
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
    stack.program(AFTER)
    changed = stack.up()
    after = stack.task_ids()
    assert {name for name in before if before[name] == after[name]} == IN_PLACE
    assert live(recorder) == set(after.values())
    assert "2 updated" in changed.text
    assert f"{len(before) - len(IN_PLACE)} replaced" in changed.text
    assert stack.outputs("policy")["restart_policy"] == "always"
    assert stack.outputs("policy")["status"] == "recording"
    recorder.reset_calls()
    assert "unchanged" in stack.up().text
    assert asked(recorder) == looks(stack)


def test_the_new_recording_starts_before_the_old_one_stops(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", triggers=[1])')
    stack.up()
    recorder.reset_calls()
    stack.program('recording("lobby", triggers=[2])')
    stack.up()
    actions = [call.action for call in recorder.calls()]
    assert actions.index("StartWebRecord") < actions.index("StopWebRecord")


def test_a_new_specification_that_is_refused_leaves_the_old_recording_running(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    old = live(recorder)
    recorder.inject(
        action="StartWebRecord",
        where="before",
        what="error",
        code="FailedOperation.NotAbility",
        message="",
        times=1,
    )
    stack.program('recording("lobby", ready_timeout=10)')
    stack.up(expect=1)
    assert live(recorder) == old == set(stack.task_ids().values())


def test_a_shared_cdn_target_is_freed_before_the_new_recording_pushes_to_it(
    stack: Stack, recorder: Recorder
) -> None:
    program = """recording("lobby", ready_timeout={0}, publish_cdn_params=[
        {{"publish_cdn_url": "rtmp://cdn/live?key=1"}}])"""
    stack.program(program.format(5))
    stack.up()
    recorder.reset_calls()
    stack.program(program.format(6))
    stack.up()
    actions = [call.action for call in recorder.calls()]
    assert actions.index("StopWebRecord") < actions.index("StartWebRecord")
    assert live(recorder) == set(stack.task_ids().values())


def test_a_rename_with_an_alias_keeps_the_recording(stack: Stack, recorder: Recorder) -> None:
    stack.program('recording("lobby")')
    stack.up()
    before = stack.outputs("lobby")
    recorder.reset_calls()
    renamed = """recording("hall", record_url="https://example.com/lobby",
        opts=ResourceOptions(aliases=[pulumi.Alias(name="lobby")]))"""
    stack.program(renamed)
    stack.up()
    after = stack.outputs("hall")
    assert (after["task_id"], after["record_id"]) == (before["task_id"], before["record_id"])
    stack.refresh()
    assert "2 unchanged" in stack.up().text
    assert recorder.calls("StartWebRecord") == recorder.calls("StopWebRecord") == []


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


@pytest.mark.parametrize(
    ("keep", "field"), [("record_id='mine'", "record_id"), ("adopt_task_id=TASK", "adopt_task_id")]
)
def test_a_handle_kept_in_a_changed_declaration_is_refused_before_anything_stops(
    stack: Stack, recorder: Recorder, keep: str, field: str
) -> None:
    stack.program('recording("other", record_url="https://example.com/lobby")')
    stack.up()
    task = stack.task_ids()["other"]
    stack.run("state", "delete", stack.resources()["other"]["urn"], "--yes")
    kept = f'TASK = {task!r}\nrecording("lobby", {keep})'
    stack.program(kept)
    stack.up()
    recorder.reset_calls()
    stack.program(kept.replace(keep, f"{keep}, ready_timeout=5"))
    refused = stack.preview(expect=1)
    assert re.search(rf"{field} = .*ready_timeout", refused.text)
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


def test_adopting_a_task_that_has_ended_says_so(stack: Stack, recorder: Recorder) -> None:
    recorder.advance(0)
    stack.program('recording("mine", adopt_task_id="gone")')
    failed = stack.up(expect=1)
    assert "recording 'mine': adopt_task_id gone was not adopted" in failed.text
    assert recorder.calls("StartWebRecord") == []


def test_an_explicit_record_id_is_sent_as_it_is_and_a_used_one_is_an_error(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby", record_id="my-Own_id")')
    stack.up()
    assert recorder.calls("StartWebRecord")[0].record_id == "my-Own_id"
    assert stack.outputs("lobby")["record_id"] == "my-Own_id"
    stack.destroy()
    failed = stack.up(expect=1)
    assert "'my-Own_id' is already used" in failed.text
    assert live(recorder) == set()


def test_a_task_that_cannot_stay_up_fails_its_startup_watch_and_leaves_nothing(
    stack: Stack, recorder: Recorder
) -> None:
    recorder.switch(visible_after=3600)
    stack.program('recording("lobby", startup_watch=1)')
    failed = stack.up(expect=1)
    task = recorder.tasks()[0]
    assert "ended by itself within its startup_watch" in failed.text
    assert task.task_id in failed.text
    assert task.record_id is not None
    assert task.record_id in failed.text
    assert stack.resources() == {}
