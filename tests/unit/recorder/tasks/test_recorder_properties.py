"""Random histories against a small model, many threads, and requests of any shape."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from recorder_tasks import COS, start_body
from trtc_recorder import Cut, FaultRule, Hang, Outcome, Request, Response, Service
from trtc_recorder.testing import local_settings

RECORD_IDS = st.sampled_from(["a", "b", "c"])
APPS = st.sampled_from([1, 2])
VISIBLE_AFTER = 5
LIMIT = 1800


def code_of(outcome: Outcome) -> str:
    """`OK`, the API's code, or `lost`."""
    if not isinstance(outcome, Response):
        return "lost"
    response = json.loads(outcome.body)["Response"]
    return str(response["Error"]["Code"]) if "Error" in response else "OK"


class Recorder(RuleBasedStateMachine):
    """The model: which keys are taken, and when each live one began. Times are seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1e9
        self.taken: set[tuple[int, str]] = set()
        self.live: dict[tuple[int, str], float] = {}
        self.hanging: list[tuple[Hang, tuple[int, str]]] = []

    @initialize()
    def serve(self) -> None:
        options = {"data": Path(self.folder.name), "requests_per_second": 0}
        self.service = Service(local_settings(**options), time=lambda: self.now)

    def teardown(self) -> None:
        self.service.close()
        self.folder.cleanup()

    def start(self, key: tuple[int, str]) -> Outcome:
        app, record_id = key
        body = start_body(SdkAppId=app, RecordId=record_id, MaxDurationLimit=LIMIT)
        return self.service.call("StartWebRecord", body)

    def expect_start(self, key: tuple[int, str], code: str) -> None:
        if key in self.taken:
            assert code == "FailedOperation.TaskExist"
        else:
            assert code == "OK"
            self.begin(key)

    def begin(self, key: tuple[int, str]) -> None:
        if key not in self.taken:
            self.taken.add(key)
            self.live[key] = self.now

    @rule(app=APPS, record_id=RECORD_IDS)
    def start_answered(self, app: int, record_id: str) -> None:
        self.expect_start((app, record_id), code_of(self.start((app, record_id))))

    @rule(app=APPS, record_id=RECORD_IDS)
    def start_whose_answer_is_lost(self, app: int, record_id: str) -> None:
        self.service.faults.add(FaultRule(action="StartWebRecord", where="after", what="cut"))
        assert self.start((app, record_id)) == Cut()
        self.begin((app, record_id))

    @rule(app=APPS, record_id=RECORD_IDS, burn=st.booleans())
    def start_that_fails(self, app: int, record_id: str, burn: bool) -> None:
        self.service.faults.add(FaultRule(action="StartWebRecord", what="error", burn=burn))
        assert code_of(self.start((app, record_id))) == "InternalError"
        if burn:
            self.taken.add((app, record_id))

    @rule(app=APPS, record_id=RECORD_IDS)
    def start_that_hangs(self, app: int, record_id: str) -> None:
        self.service.faults.add(FaultRule(action="StartWebRecord", what="hang"))
        outcome = self.start((app, record_id))
        assert isinstance(outcome, Hang)
        self.hanging.append((outcome, (app, record_id)))

    @precondition(lambda self: self.hanging)
    @rule()
    def hanging_start_goes_on(self) -> None:
        hang, key = self.hanging.pop()
        self.expect_start(key, code_of(hang.resume()))

    @rule(app=APPS, record_id=RECORD_IDS)
    def describe(self, app: int, record_id: str) -> None:
        query = {"SdkAppId": app, "RecordId": record_id}
        outcome = self.service.call("DescribeWebRecord", query)
        began = self.live.get((app, record_id))
        shows = began is not None and self.now >= began + VISIBLE_AFTER
        assert code_of(outcome) == ("OK" if shows else "FailedOperation.TaskNotExist")
        if shows:
            assert isinstance(outcome, Response)
            found = json.loads(outcome.body)["Response"]["TaskId"]
            assert found == self.task_ids()[app, record_id]

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.live)))
        code = code_of(self.service.call("StopWebRecord", {"TaskId": self.task_ids()[key]}))
        shows = self.now >= self.live[key] + VISIBLE_AFTER
        assert code == ("OK" if shows else "FailedOperation.TaskNotExist")
        if shows:
            del self.live[key]

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def end_by_itself(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.live)))
        self.service.end(self.task_ids()[key])
        del self.live[key]

    @rule(seconds=st.sampled_from([1, 5, 600, 1800]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        self.live = {key: at for key, at in self.live.items() if self.now < at + LIMIT}

    @rule(seconds=st.sampled_from([0, 1800]))
    def restart(self, seconds: int) -> None:
        self.service.close()
        self.hanging.clear()
        self.time_passes(seconds)
        self.serve()

    def task_ids(self) -> dict[tuple[int, str], str]:
        live = [task for task in self.service.tasks() if task.live]
        by_key = {(task.sdk_app_id, str(task.record_id)): task.task_id for task in live}
        assert len(by_key) == len(live)
        return by_key

    @invariant()
    def live_tasks_are_the_models(self) -> None:
        assert self.task_ids().keys() == self.live.keys()


Recorder.TestCase.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestRandomHistories = Recorder.TestCase

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [*COS, *("RecordUrl", "SdkAppId", "RecordId", "TaskId", "StorageParams", "CloudStorage")]
)
ACTIONS = st.sampled_from(["StartWebRecord", "DescribeWebRecord", "StopWebRecord"])
CODES = {
    *("MissingParameter", "UnknownParameter", "InvalidParameter", "InvalidParameterValue"),
    *("InvalidParameter.TaskId", "FailedOperation.TaskNotExist"),
}


@given(
    action=ACTIONS,
    body=st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON, max_size=4), max_size=6),
)
@settings(deadline=None, max_examples=100)
def test_parameters_of_any_shape_get_a_code_of_the_api(action: str, body: dict[str, Any]) -> None:
    with Service(local_settings(requests_per_second=0)) as service:
        assert code_of(service.call(action, body)) in CODES
        json.dumps([call.record_id for call in service.calls.recent()], ensure_ascii=False).encode()


def test_threads_with_one_record_id_start_one_task() -> None:
    with (
        Service(local_settings(requests_per_second=0)) as service,
        ThreadPoolExecutor(32) as pool,
    ):
        body = start_body(RecordId="a")
        codes = pool.map(lambda _: code_of(service.call("StartWebRecord", body)), range(200))
        assert Counter(codes) == {"OK": 1, "FailedOperation.TaskExist": 199}
        assert len(service.tasks()) == 1


HEADERS = st.sampled_from(
    ["authorization", "x-tc-action", "x-tc-version", "x-tc-timestamp", "x-tc-token", "host"]
)


@given(
    method=st.sampled_from(["GET", "POST"]),
    headers=st.dictionaries(HEADERS, st.text(st.characters(max_codepoint=255)), max_size=6),
    body=st.binary(max_size=64),
)
@settings(deadline=None, max_examples=200)
def test_requests_of_any_shape_are_rejected_in_order(
    method: str, headers: dict[str, str], body: bytes
) -> None:
    with Service(local_settings()) as service:
        code = code_of(service.handle(Request(method, headers, body)))
    assert code.partition(".")[0] in {
        *("UnsupportedProtocol", "MissingParameter", "InvalidParameter", "AuthFailure"),
    }
