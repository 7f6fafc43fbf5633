"""Canaries in every secret, looked for wherever a run leaves words."""

from __future__ import annotations

import pytest
from capture.processes import command_lines
from pulumi_process import PulumiProcess
from pulumi_stack import Stack
from trtc_recorder.testing import Recorder

CANARY = "CANARY-here"
"""No other test has it in a command that runs beside this one."""

PROGRAM = """recording('lobby', publish_cdn_params=[{'publish_cdn_url': 'rtmp://cdn/live?key=CANARY-here'}],
    storage_params={"cloud_storage": {**COS["cloud_storage"],
        "access_key": "CANARY-here-access", "secret_key": "CANARY-here-secret"}})
"""
LOGGED = ("--debug", "-v=8", "--logtostderr", "--logflow")


@pytest.mark.providers("dynamic", "native")
def test_no_secret_is_in_the_process_list_or_in_a_log(stack: Stack, recorder: Recorder) -> None:
    recorder.accept("CANARY-here-id", "CANARY-here-key")
    stack.environment["TENCENTCLOUD_SECRET_ID"] = "CANARY-here-id"
    stack.environment["TENCENTCLOUD_SECRET_KEY"] = "CANARY-here-key"
    recorder.inject(action="StartWebRecord", what="hang", seconds=2, where="before", times=1)
    stack.program(PROGRAM)
    seen = []
    with PulumiProcess(stack, "up", "--yes", "--skip-preview", *LOGGED) as up:
        while not up.has_ended():
            seen.append(command_lines())
        ran = up.wait()
    assert ran.code == 0
    assert any("pulumi" in lines for lines in seen)
    assert all(CANARY not in lines for lines in seen)
    assert '"v":7' in ran.text
    request = f"{recorder.endpoint} (ap-singapore): StartWebRecord of SdkAppId 1600011111, RecordId"
    assert f"debug: {request} lobby-" in ran.text
    assert CANARY not in ran.text
