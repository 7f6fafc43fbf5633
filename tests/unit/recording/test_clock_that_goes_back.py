"""The service's clock goes back or stands still: every wait ends all the same."""

from __future__ import annotations

from datetime import datetime

import pytest
from trtc_webrecord.recording.watching import POLL, YOUNG
from unit.account import Account
from unit.clockwork import EPOCH


@pytest.mark.parametrize("ahead", [YOUNG, 3600])
def test_a_task_whose_start_lies_in_the_future_has_ended_if_it_is_not_there(
    account: Account, ahead: float
) -> None:
    task, state = account.running()
    account.service.end([task])
    account.time.now = datetime.fromisoformat(state["started_at"]).timestamp() - EPOCH - ahead
    assert account.status(task, state) == "ended"
    account.run().stop(task, state)


def test_a_stop_ends_also_if_the_clock_of_the_service_stands_still(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, state = account.running()
    account.service.end([task])
    started = datetime.fromisoformat(state["started_at"]).timestamp()
    monkeypatch.setattr(account.service, "service_time", lambda: started)
    account.run().stop(task, state)
    assert account.time.naps.count(POLL) <= YOUNG + 1
