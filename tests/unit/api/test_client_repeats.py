from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
from trtc_webrecord import errors
from trtc_webrecord.api.pacing import SILENCE
from unit.api_bench import BODY, Bench
from unit.clockwork import EPOCH
from unit.scripted_service import NOT_THERE, STARTED, Reply, error, ok

THROTTLED = error("RequestLimitExceeded")
SKEWED = "AuthFailure.SignatureExpire"
TOKEN = error("AuthFailure.TokenFailure")


def test_throttling_without_end_is_reported_after_two_minutes(api_bench: Bench) -> None:
    api = api_bench.serve(endless=THROTTLED)
    with pytest.raises(errors.Throttled):
        api.start(BODY)
    assert 120 <= api_bench.time.now < 130
    assert max(api_bench.time.naps) <= 8


@pytest.mark.parametrize("call", ["start", "describe", "stop"])
def test_a_request_that_is_repeated_for_long_is_shown_once(api_bench: Bench, call: str) -> None:
    page = "https://example.com/?token=CANARY"
    failed = error("RequestLimitExceeded", f"limit of {page} {page}")
    api = api_bench.serve(*[failed] * 12, STARTED)
    getattr(api, call)({**BODY, "RecordUrl": page} if call == "start" else "task-1")
    assert api_bench.time.now > SILENCE
    (shown,) = api_bench.shown
    task, repeated = "RecordId lobby-1" if call == "start" else "TaskId task-1", "for up to 120 s"
    assert shown.startswith(f"{task}: {api_bench.calls[0].action} returned RequestLimitExceeded: ")
    assert shown.endswith(f"(RequestId request-1). The request is repeated {repeated}")
    assert "CANARY" not in shown
    getattr(api_bench.serve(failed, STARTED), call)(BODY if call == "start" else "task-1")
    assert api_bench.shown == [shown]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("InternalError", errors.Ambiguous),
        ("ResourceInsufficient.RequestRejection", errors.CapacityExceeded),
    ],
)
def test_an_answered_start_is_never_repeated_here(
    api_bench: Bench, code: str, kind: type[errors.ApiError]
) -> None:
    api = api_bench.serve(error(code), STARTED)
    with pytest.raises(kind):
        api.start(BODY)
    assert len(api_bench.calls) == 1


def test_an_internal_error_is_asked_again_where_asking_is_safe(api_bench: Bench) -> None:
    api = api_bench.serve(error("InternalError"), NOT_THERE, error("InternalError.Timeout"), ok())
    assert api.describe("task-1") is None
    api.stop("task-1")
    assert len(api_bench.calls) == 4


def test_a_stop_is_repeated_until_the_service_has_capacity_for_it(api_bench: Bench) -> None:
    full = error("FailedOperation.RestrictedConcurrency")
    api_bench.serve(full, full, ok()).stop("task-1")
    assert len(api_bench.calls) == 3


def test_who_stops_is_called_each_time_the_request_may_be_sent(api_bench: Bench) -> None:
    api = api_bench.serve(ok(), THROTTLED, ok())
    api.stop("task-0")
    turns: list[tuple[int, float]] = []
    api.stop("task-1", lambda: turns.append((len(api_bench.calls), api_bench.time.now)))
    assert [calls for calls, _ in turns] == [1, 2]
    assert turns[0][1] > 0, "it came before the pace allowed the request"


def test_asking_ends_after_a_minute_without_a_response(api_bench: Bench) -> None:
    api = api_bench.serve(endless=Reply(status=503))
    with pytest.raises(errors.Unanswered, match="HTTP503"):
        api.describe("task-1")
    assert 60 <= api_bench.time.now < 70


def test_a_rejection_is_never_repeated(api_bench: Bench) -> None:
    api = api_bench.serve(endless=error("InvalidParameter"))
    with pytest.raises(errors.Rejected):
        api.describe("task-1")
    with pytest.raises(errors.Rejected):
        api.stop("task-1")
    assert len(api_bench.calls) == 2


def test_a_clock_that_is_off_is_mended_by_the_services_date(api_bench: Bench) -> None:
    ahead = EPOCH + 3600
    api = api_bench.serve(error(SKEWED, date=ahead), STARTED, ok())
    api.start(BODY)
    api.stop("task-1")
    timestamps = [int(stamp) - EPOCH for stamp in api_bench.sent("X-TC-Timestamp")]
    assert timestamps == [0, 3600, 3600]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(error(SKEWED, date=EPOCH + 3600), errors.ClockSkewed), (TOKEN, errors.TokenRejected)],
)
def test_what_was_mended_is_reported_the_second_time(
    api_bench: Bench, reply: Reply, kind: type[errors.ApiError]
) -> None:
    api = api_bench.serve(reply, reply, STARTED)
    with pytest.raises(kind):
        api.start(BODY)
    assert (len(api_bench.calls), api_bench.credentials.refreshed) == (2, int(reply is TOKEN))


def test_one_call_may_need_all_of_it(api_bench: Bench) -> None:
    replies = (THROTTLED, TOKEN, error(SKEWED, date=EPOCH + 900), THROTTLED, STARTED)
    api = api_bench.serve(*replies, requests_per_second=0.5)
    assert api.start(BODY).task_id == "task-1"
    assert [call.body for call in api_bench.calls] == [BODY] * 5
    assert api_bench.sent("X-TC-Token") == ["token-0"] * 2 + ["token-1"] * 3
    assert api_bench.time.now >= 4 * 2


def test_the_services_time_is_learnt_from_its_own_responses(api_bench: Bench) -> None:
    of_a_proxy = Reply(status=502, date=EPOCH + 10**8)
    api = api_bench.serve(of_a_proxy, Reply(NOT_THERE.body, date=EPOCH + 600))
    with pytest.raises(errors.Unanswered):
        api.start(BODY)
    assert api.service_time() == EPOCH
    api.describe("task-1")
    assert api.service_time() == pytest.approx(EPOCH + 600, abs=1)


def test_each_action_has_a_pace_of_its_own_across_threads(api_bench: Bench) -> None:
    api = api_bench.serve(endless=ok(TaskId="task-1"), requests_per_second=20)
    turns: dict[str, list[float]] = {"start": [], "stop": []}

    def call(action: str) -> None:
        for _ in range(5):
            getattr(api, action)(BODY if action == "start" else "task-1")
            turns[action].append(api_bench.time.now)

    threads = [threading.Thread(target=call, args=(action,)) for action in [*turns] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = pytest.approx([turn / 20 for turn in range(20)])
    assert sorted(turns["start"]) == every
    assert sorted(turns["stop"]) == every


@pytest.mark.parametrize("call", ["start", "describe", "stop"])
def test_a_service_that_cannot_be_reached_is_tried_for_half_a_minute(
    api_bench: Bench, call: str, closed: str
) -> None:
    with pytest.raises(errors.NotSent, match=closed):
        getattr(api_bench.api(f"http://{closed}"), call)(BODY if call == "start" else "task-1")
    assert 30 <= api_bench.time.now < 40


def test_a_start_is_repeated_until_the_service_comes_up(
    api_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = api_bench.serve(STARTED)
    connect = socket.socket.connect

    def not_up_yet(client: socket.socket, address: Any) -> None:
        if api_bench.time.now < 5:
            raise ConnectionRefusedError
        connect(client, address)

    monkeypatch.setattr(socket.socket, "connect", not_up_yet)
    assert api.start(BODY).task_id == "task-1"
    assert 5 <= api_bench.time.now < 20
