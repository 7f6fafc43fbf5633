"""Keys that are rotated while recordings run, at commands for which no program declares these."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder

KEY = "the-key"


def rotate(stack: Stack, recorder: Recorder, old: str | None, new: str) -> None:
    recorder.accept(new, KEY)
    if old:
        recorder.revoke(old)
    stack.config("trtc:secretId", new)
    stack.config("trtc:secretKey", KEY)


@pytest.mark.providers("dynamic", "native")
def test_the_config_s_present_keys_refresh_destroy_and_stop_what_was_removed(
    stack: Stack, recorder: Recorder
) -> None:
    rotate(stack, recorder, None, "AKIDfirst")
    stack.program('recording("lobby")')
    stack.up()
    recorder.advance(60)
    rotate(stack, recorder, "AKIDfirst", "AKIDsecond")
    stack.refresh()
    assert live(recorder) == set(stack.task_ids().values())
    stack.program("")
    stack.up()
    assert (live(recorder), stack.resources()) == (set(), {})
    stack.program('recording("lobby")')
    stack.up()
    rotate(stack, recorder, "AKIDsecond", "AKIDthird")
    stack.destroy()
    assert live(recorder) == set()


@pytest.mark.providers("native")
def test_the_way_out_for_an_explicit_provider_works(stack: Stack, recorder: Recorder) -> None:
    def declare(secret_id: str, *, provider: bool = True, lobby: bool = True) -> None:
        keys = {"endpoint": recorder.endpoint, "secretId": secret_id, "secretKey": KEY}
        stack.program(f"""
        if {provider}:
            account = pulumi.ProviderResource("trtc", "account", {keys})
        if {lobby}:
            recording("lobby", opts=ResourceOptions(provider=account))
        """)

    recorder.accept("AKIDfirst", KEY)
    declare("AKIDfirst")
    stack.up()
    recorder.advance(60)
    recorder.accept("AKIDsecond", KEY)
    recorder.revoke("AKIDfirst")
    declare("AKIDsecond", provider=False, lobby=False)
    failed = stack.up(expect=1).text
    assert "The program must still declare the explicit provider" in failed
    assert live(recorder) == set(stack.task_ids().values())
    declare("AKIDsecond", lobby=False)
    stack.up("--run-program")
    assert live(recorder) == set()
