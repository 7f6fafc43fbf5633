from __future__ import annotations

from typing import Any

import pytest
from trtc_webrecord.declaration.record_id import period_of
from trtc_webrecord.errors import RecordingError
from trtc_webrecord.recording.recordings import Recordings
from trtc_webrecord.recording.state import StateUnreadable
from unit.account import Account, unstored
from unit.clockwork import EPOCH
from unit.declared import KEYS, cos, declaration, props, vod
from unit.service_model import Fate


def note_ended(run: Recordings, record_id: str) -> None:
    run.changes("task", props(record_id=record_id, status="ended"), props())


def test_the_same_declaration_is_adopted_with_a_message(account: Account) -> None:
    task, _ = account.running()
    outputs = account.run().start(declaration(), unstored)
    assert (outputs["task_id"], outputs["started_at"]) == (task, None)
    assert f"'lobby' is already running (RecordId {outputs['record_id']})" in account.messages()
    assert len(account.service.live()) == 1


def test_a_namespace_parts_stacks_that_share_all_their_names(account: Account) -> None:
    account.run().start(declaration(), unstored)
    account.run(record_id_namespace="mine").start(declaration(), unstored)
    assert len(account.service.live()) == 2


def test_temporary_credentials_need_storage_keys_for_any_store_but_vod(account: Account) -> None:
    run = account.run(security_token="t")
    with pytest.raises(RecordingError, match="temporary credentials"):
        run.start(declaration(), unstored)
    assert account.service.bodies == []
    for storage in (vod(), cos(access_key=KEYS[0], secret_key=KEYS[1])):
        assert run.check({}, props(storage_params=storage)) == []
        run.start(declaration(storage_params=storage), unstored)
    assert len(account.service.live()) == 2


@pytest.mark.parametrize(
    ("declared", "way_out"),
    [({}, "change `triggers`"), ({"record_id": "mine"}, "set another record_id")],
)
@pytest.mark.parametrize("fates", [[Fate.CAPACITY] * 3, [Fate.LOST_BEFORE] * 99])
def test_a_start_that_keeps_failing_names_the_way_to_another_record_id(
    account: Account, declared: dict[str, Any], way_out: str, fates: list[Fate]
) -> None:
    account.service.fates = list(fates)
    with pytest.raises(RecordingError) as caught:
        account.run().start(declaration(**declared), unstored)
    assert way_out in str(caught.value)


def test_of_a_long_row_of_ended_recordings_the_last_alone_is_asked_for(account: Account) -> None:
    today = period_of(EPOCH)
    last, new = (declaration().record_id_of(today, n, "") for n in (300, 301))
    account.service.use_up(last)
    run = account.run()
    note_ended(run, last)
    assert run.start(declaration(), unstored)["record_id"] == new
    assert account.service.asked == [last, new]
    assert f"waiting up to 15 s: its task of RecordId {last} must be sure" in account.messages()


@pytest.mark.parametrize(("age", "waits"), [(0, 6), (5, 0)])
def test_a_task_is_adopted_by_id_once_it_shows(account: Account, age: float, waits: float) -> None:
    task = account.service.start({"RecordId": "somebody-elses"}).task_id
    account.time.sleep(age)
    outputs = account.run().start(declaration(adopt_task_id=task), unstored)
    assert (outputs["task_id"], outputs["record_id"]) == (task, "somebody-elses")
    assert outputs["started_at"] is None
    assert (len(account.service.bodies), account.time.now) == (1, age + waits)


def test_a_task_to_adopt_that_never_shows_is_reported_after_a_wait(account: Account) -> None:
    with pytest.raises(RecordingError, match="adopt_task_id task-9 was not adopted") as caught:
        account.run().start(declaration(adopt_task_id="task-9"), unstored)
    assert "Remove adopt_task_id" in str(caught.value)
    assert account.service.bodies == []
    assert account.messages().splitlines() == [
        "recording 'lobby': waiting up to 15 s: TaskId task-9 is not visible yet"
    ]


def test_a_task_to_adopt_that_cannot_be_asked_for_is_reported(account: Account) -> None:
    account.service.describe_fates = [Fate.LOST_BEFORE]
    with pytest.raises(RecordingError, match=r"TaskId task-9 was not adopted\. DescribeWebRecord"):
        account.run().start(declaration(adopt_task_id="task-9"), unstored)


def test_the_moment_of_a_start_is_the_services_own(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account.service, "service_time", lambda: EPOCH + 3600)
    outputs = account.run().start(declaration(), unstored)
    assert outputs["started_at"] == "2025-06-15T16:06:40+00:00"


def test_a_stop_says_if_it_cannot_see_who_has_adopted_the_task(account: Account) -> None:
    task, state = account.running()
    account.run(StateUnreadable("there is no `pulumi`")).stop(task, state)
    said = account.messages()
    assert said.count("cannot check whether another resource of the stack has adopted it") == 1
    assert "there is no `pulumi`" in said
