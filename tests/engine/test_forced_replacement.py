"""A replacement without `diff`: --replace, taint, replacement_trigger, replace_with."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pulumi_stack import Ran, Stack, asked, live, looks
from trtc_recorder.testing import Recorder

LOBBY = 'lobby = recording("lobby", opts=ResourceOptions({options}){more})'
CDN = ', publish_cdn_params=[{"publish_cdn_url": "rtmp://cdn/live?key=CANARY"}]'

Force = Callable[[Stack, str, str], Ran]


def declare(stack: Stack, more: str = "", options: str = "") -> None:
    stack.program(LOBBY.format(options=options, more=more))


def by_replace(stack: Stack, more: str, options: str) -> Ran:
    declare(stack, more, options)
    return stack.up("--replace", stack.resources()["lobby"]["urn"], expect=None)


def by_taint(stack: Stack, more: str, options: str) -> Ran:
    stack.run("state", "taint", stack.resources()["lobby"]["urn"], "--yes")
    declare(stack, more, options)
    return stack.up(expect=None)


def by_trigger(stack: Stack, more: str, options: str) -> Ran:
    declare(stack, more, f"replacement_trigger=1, {options}")
    return stack.up(expect=None)


def by_replace_with(stack: Stack, more: str, options: str) -> Ran:
    other = 'other = recording("other", triggers=[{0}])\n'
    stack.program(other.format(1) + LOBBY.format(options=options, more=""))
    stack.up()
    with_other = f"replace_with=[other], {options}"
    stack.program(other.format(2) + LOBBY.format(options=with_other, more=more))
    return stack.up(expect=None)


def in_the_state(stack: Stack) -> set[str]:
    """The TaskIds, with those that the failed run left to be deleted by the next."""
    resources = json.loads(stack.export())["deployment"]["resources"]
    return {each["id"] for each in resources if each["type"].endswith(":WebRecording")}


FORCES = [
    by_replace,
    pytest.param(by_taint, marks=pytest.mark.slow),
    pytest.param(by_trigger, marks=pytest.mark.slow),
    pytest.param(by_replace_with, marks=pytest.mark.slow),
]


def first_up(stack: Stack, force: Force, more: str = "", options: str = "") -> str:
    before = f"replacement_trigger=0, {options}" if force is by_trigger else options
    declare(stack, more, before)
    stack.up()
    return stack.task_ids()["lobby"]


@pytest.mark.parametrize("force", FORCES)
def test_of_an_unchanged_declaration_that_records_it_is_rejected_with_the_way_out(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    task = first_up(stack, force)
    recorder.advance(60)
    rejected = force(stack, "", "")
    assert rejected.code != 0
    assert f"TaskId {task}) was not replaced" in rejected.text
    assert "change its `triggers`" in rejected.text
    assert f"pulumi state untaint {stack.resources()['lobby']['urn']}" in rejected.text
    assert stack.task_ids()["lobby"] == task
    assert live(recorder) == in_the_state(stack)


@pytest.mark.slow
def test_the_named_way_back_from_a_taint_works(stack: Stack, recorder: Recorder) -> None:
    task = first_up(stack, by_taint)
    assert f"TaskId {task}) was not replaced" in by_taint(stack, "", "").text
    stack.run("state", "untaint", stack.resources()["lobby"]["urn"], "--yes")
    assert "2 unchanged" in stack.up().text
    assert live(recorder) == {task}


@pytest.mark.parametrize("force", FORCES)
def test_of_an_ended_recording_it_starts_a_new_one(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    task = first_up(stack, force)
    recorder.advance(60)
    recorder.end(task)
    assert force(stack, "", "").code == 0
    assert stack.task_ids()["lobby"] != task
    assert live(recorder) == set(stack.task_ids().values())


@pytest.mark.parametrize("force", FORCES)
def test_of_a_changed_declaration_it_leaves_the_new_one_alone_recording(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    task = first_up(stack, force)
    assert force(stack, ", ready_timeout=5", "").code == 0
    assert stack.task_ids()["lobby"] != task
    assert live(recorder) == set(stack.task_ids().values())


@pytest.mark.parametrize("force", FORCES)
def test_that_deletes_first_starts_a_new_recording(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    first = "delete_before_replace=True"
    task = first_up(stack, force, options=first)
    recorder.advance(60)
    assert force(stack, "", first).code == 0
    assert stack.task_ids()["lobby"] != task
    assert live(recorder) == set(stack.task_ids().values())


@pytest.mark.slow
@pytest.mark.parametrize("force", FORCES[:3])
def test_of_a_changed_declaration_with_a_kept_record_id_is_rejected_at_preview(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    task = first_up(stack, force, ', record_id="mine"')
    recorder.reset_calls()
    rejected = force(stack, ', record_id="mine", ready_timeout=5', "")
    assert rejected.code != 0
    assert "is the RecordId of the recording before the change of ready_timeout" in rejected.text
    assert asked(recorder) == looks(stack)
    assert live(recorder) == set(stack.task_ids().values()) == {task}


@pytest.mark.slow
@pytest.mark.parametrize("force", FORCES[:3])
def test_of_an_unchanged_declaration_with_secrets_is_still_unchanged(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    first_up(stack, force, CDN)
    rejected = force(stack, CDN, "")
    assert "was not replaced" in rejected.text
    assert "CANARY" not in rejected.text
    assert live(recorder) == set(stack.task_ids().values())


@pytest.mark.parametrize("force", FORCES[:3])
def test_that_shares_a_cdn_target_frees_it_before_the_new_one_starts(
    stack: Stack, recorder: Recorder, force: Force
) -> None:
    first_up(stack, force, CDN)
    recorder.reset_calls()
    assert force(stack, CDN + ", ready_timeout=5", "").code == 0
    actions = [call.action for call in recorder.calls()]
    assert actions.index("StopWebRecord") < actions.index("StartWebRecord")
    assert live(recorder) == set(stack.task_ids().values())


def refuse_starts(recorder: Recorder) -> None:
    recorder.inject(
        action="StartWebRecord",
        where="before",
        what="error",
        code="FailedOperation.NotAbility",
        message="",
        times=1,
    )


@pytest.mark.parametrize("forced", [pytest.param(True, marks=pytest.mark.slow), False])
def test_a_replacement_that_stopped_the_old_one_and_failed_reports_that_nothing_records(
    stack: Stack, recorder: Recorder, forced: bool
) -> None:
    task = first_up(stack, by_replace, CDN)
    refuse_starts(recorder)
    declare(stack, CDN + ", ready_timeout=5")
    options = ["--replace", stack.resources()["lobby"]["urn"]] if forced else []
    failed = stack.up(*options, expect=1)
    assert f"TaskId {task}, was stopped first" in failed.text
    assert "nothing else records now" in failed.text
    assert live(recorder) == set()
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())
    recorder.reset_calls()
    declare(stack, CDN + ", ready_timeout=6")
    stack.up()
    actions = [call.action for call in recorder.calls()]
    assert actions.index("StopWebRecord") < actions.index("StartWebRecord")
    assert live(recorder) == set(stack.task_ids().values())


def test_a_recording_below_the_stack_itself_is_found_in_the_state(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program("""
recording("lobby", opts=ResourceOptions(parent=pulumi.runtime.get_root_resource()))
""")
    stack.up()
    held = stack.resources()["lobby"]
    assert held["outputs"]["resource_urn"] == held["urn"]
    rejected = stack.up("--replace", held["urn"], expect=1).text
    assert "was not replaced: its declaration is unchanged and it is recording" in rejected
    assert live(recorder) == set(stack.task_ids().values()) == {held["id"]}
