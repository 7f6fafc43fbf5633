"""`pulumi up` shows the warnings and reasons of the local service."""

from __future__ import annotations

import threading
from pathlib import Path

from pulumi_stack import Stack, live
from trtc_recorder import NoCapture, Task
from trtc_recorder.tasks.capture import OnEvent
from trtc_recorder.tasks.events import Event
from trtc_recorder.testing import Recorder, local_settings, running_service
from trtc_webrecord.declaration.spec import StartWebRecordRequest

NOTICE = 'Pages are not recorded here because Xvfb is missing: run "apt-get install xvfb".'
REASON = "the page cannot be opened: net::ERR_CONNECTION_REFUSED"


class Unreachable(NoCapture):
    """Opens no page, and says so a second later."""

    def start(self, task: Task, request: StartWebRecordRequest, on_event: OnEvent) -> None:
        failed = Event("start failed", f"{REASON} at {request.record_url}")
        threading.Timer(1, on_event, [failed]).start()


def test_up_shows_why_a_page_is_not_recorded_and_once_that_none_is(tmp_path: Path) -> None:
    with running_service(local_settings(visible_after=0), capture=Unreachable(NOTICE)) as recorder:
        stack = Stack(tmp_path, recorder.endpoint)
        stack.program(
            'recording("lobby", startup_watch=10, record_url="http://127.0.0.1:9/a?token=CANARY")\n'
            'recording("shop")'
        )
        failed = stack.up("--continue-on-error", expect=1).text
        assert f"It has ended: {REASON} at http://127.0.0.1:9/a" in failed
        assert "CANARY" not in failed
        diagnostics = failed.partition("Diagnostics:")[2]
        assert diagnostics.count(f"warning from the service: {NOTICE}") == 1
        assert set(stack.resources()) == {"shop"}
        stack.program('recording("shop")')
        assert NOTICE not in stack.up().text


def test_a_start_that_fails_for_its_record_id_names_the_way_out_which_works(
    stack: Stack, recorder: Recorder
) -> None:
    code = {"what": "error", "code": "FailedOperation.RequestRejection", "times": None}
    recorder.inject(action="StartWebRecord", **code)
    stack.program('recording("lobby")')
    assert "If this repeats, change `triggers`" in stack.up(expect=1).text
    (refused,) = recorder.calls("StartWebRecord")
    recorder.clear_faults()
    recorder.inject(action="StartWebRecord", record_id=refused.record_id, **code)
    assert "If this repeats, change `triggers`" in stack.up(expect=1).text
    stack.program('recording("lobby", triggers=[1])')
    stack.up()
    assert live(recorder) == set(stack.task_ids().values())
