"""A create of what the state already stores: by force, or because the recording has ended."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest
from trtc_webrecord.errors import RecordingError
from trtc_webrecord.recording.state import StackState, StateUnreadable
from trtc_webrecord.recording.stored import Stored
from unit.account import Account, unstored
from unit.declared import URN, declaration
from unit.service_model import Fate

CDN = [{"publish_cdn_url": "rtmp://push.example.com/live/a"}]


@pytest.mark.parametrize("name", ["lobby", "Bob's room", "$HOME", "a; b"])
def test_an_unchanged_recording_that_runs_is_not_replaced_and_the_way_back_can_be_pasted(
    account: Account, name: str
) -> None:
    urn = URN.replace("lobby", name)
    task, state = account.running(resource_urn=urn)
    with pytest.raises(RecordingError, match="not replaced: its declaration is unch") as caught:
        account.storing(task, state).start(declaration(resource_urn=urn), unstored)
    assert (account.live(), len(account.service.bodies)) == ([task], 1)
    _, _, command = str(caught.value).partition("pulumi state untaint ")
    assert shlex.split(command) == [urn]


def test_an_unchanged_recording_that_ended_unseen_gets_a_new_one(account: Account) -> None:
    task, state = account.running()
    account.service.end([task])
    outputs = account.storing(task, state).start(declaration(), unstored)
    assert account.live() == [outputs["task_id"]] != [task]


def test_a_recording_that_the_state_wrongly_has_as_ended_is_adopted(account: Account) -> None:
    task, state = account.running()
    outputs = account.storing(task, {**state, "status": "ended"}).start(declaration(), unstored)
    assert (outputs["task_id"], account.live()) == (task, [task])


def test_a_changed_one_with_the_same_cdn_target_frees_it_first(account: Account) -> None:
    task, state = account.running(publish_cdn_params=CDN)
    run = account.storing(task, state)
    outputs = run.start(declaration(publish_cdn_params=CDN, ready_timeout=5), unstored)
    assert account.service.stopped == [task]
    assert account.live() == [outputs["task_id"]]


def test_a_changed_one_without_a_shared_target_leaves_the_old_to_pulumi(account: Account) -> None:
    task, state = account.running()
    outputs = account.storing(task, state).start(declaration(ready_timeout=5), unstored)
    assert account.live() == [task, outputs["task_id"]]


def test_one_that_fails_behind_its_stop_says_what_was_stopped(account: Account) -> None:
    task, state = account.running(triggers=["old"])
    run = account.run()
    run.stop(task, state)
    account.service.fates = [Fate.REFUSED]
    with pytest.raises(RecordingError, match=f"TaskId {task}, was stopped first for this"):
        run.start(declaration(), unstored)


def test_one_that_runs_elsewhere_is_not_replaced(account: Account) -> None:
    task, state = account.running()
    starts = len(account.service.bodies)
    with pytest.raises(RecordingError, match="was started at"):
        account.storing(task, {**state, "region": "ap-other"}).start(
            declaration(ready_timeout=5), unstored
        )
    assert len(account.service.bodies) == starts


def test_a_start_says_if_it_cannot_see_who_pushes_to_its_cdn_url(account: Account) -> None:
    def fail() -> StackState:
        raise StateUnreadable("no passphrase")

    task, state = account.running(publish_cdn_params=CDN)
    stored = replace(Stored.of(task, {**state, "publish_cdn_params": None}), encrypted=True)
    run = account.run(StackState(stored=(stored,), with_secrets=fail))
    hall = URN.replace("lobby", "hall")
    run.start(declaration(publish_cdn_params=CDN, resource_urn=hall), unstored)
    said = "pushes to the CDN URL of a new one: no passphrase"
    assert said in account.messages()
