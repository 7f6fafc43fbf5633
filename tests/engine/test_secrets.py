"""Canaries in every secret, looked for wherever a run leaves words."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from pulumi_stack import Stack
from trtc_recorder.testing import Recorder

CANARY = "CANARY"

STORAGE = """{"cloud_storage": {**COS["cloud_storage"],
    "access_key": "CANARY-access", "secret_key": "CANARY-secret"}}"""

ARGUMENTS = f"""publish_cdn_params=[{{"publish_cdn_url": "rtmp://cdn/live?key=CANARY-stream"}}],
    record_url="https://me:CANARY-password@example.com/?token=CANARY-token",
    storage_params={STORAGE}"""

FAULTS: dict[str, dict[str, Any]] = {
    "rejected": {"what": "error", "code": "FailedOperation.NotAllowed", "message": "no"},
    "internal": {"what": "error", "code": "InternalError", "message": "CANARY-secret"},
    "capacity": {"what": "error", "code": "ResourceInsufficient", "message": "CANARY-access"},
    "notjson": {"what": "not_json"},
    "cut": {"what": "cut"},
    "http": {"what": "status", "status": 502},
}


@pytest.fixture
def secret_stack(stack: Stack, recorder: Recorder) -> Stack:
    """A stack whose own key pair is a canary, too."""
    recorder.accept("CANARY-id", "CANARY-key")
    stack.environment["TENCENTCLOUD_SECRET_ID"] = "CANARY-id"
    stack.environment["TENCENTCLOUD_SECRET_KEY"] = "CANARY-key"
    return stack


def command_lines() -> str:
    lines = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(process.read_text(errors="replace").replace("\0", " "))
        except OSError:
            continue
    return "\n".join(lines)


def test_no_secret_shows_in_the_process_list_of_a_run(
    secret_stack: Stack, recorder: Recorder
) -> None:
    secret_stack.program(f"recording('lobby', {ARGUMENTS})")
    recorder.inject(action="StartWebRecord", what="hang", seconds=2, where="before", times=1)
    run = threading.Thread(target=secret_stack.up)
    run.start()
    seen = []
    while run.is_alive():
        seen.append(command_lines())
        run.join(0.1)
    assert any("pulumi" in lines for lines in seen)
    assert all(CANARY not in lines for lines in seen)


@pytest.mark.slow
def test_no_secret_shows_in_what_a_failing_run_prints(
    secret_stack: Stack, recorder: Recorder
) -> None:
    for name, fault in FAULTS.items():
        recorder.inject(
            action="StartWebRecord",
            record_id_prefix=f"{name}-",
            where="before",
            times=None,
            **fault,
        )
    denied = "FailedOperation.NotAllowed"
    recorder.inject(action="DescribeWebRecord", what="error", code=denied, times=None)
    secret_stack.program("\n".join(f"recording({name!r}, {ARGUMENTS})" for name in FAULTS))
    ran = secret_stack.up("--continue-on-error", expect=1)
    assert all(f"recording '{name}'" in ran.text for name in FAULTS)
    assert CANARY not in ran.text
    assert CANARY not in secret_stack.run("stack", "export").text


@pytest.mark.providers("dynamic", "native")
def test_no_secret_is_in_the_engines_own_log_below_its_last_level(secret_stack: Stack) -> None:
    stream = "[{'publish_cdn_url': 'rtmp://cdn/live?key=CANARY-stream'}]"
    secret_stack.program(
        f"recording('lobby', publish_cdn_params={stream}, storage_params={STORAGE})"
    )
    ran = secret_stack.run("up", "--yes", "--skip-preview", "-v=8", "--logtostderr", "--logflow")
    assert '"v":7' in ran.text
    assert CANARY not in ran.text
