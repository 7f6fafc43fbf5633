"""Credentials that are not in the environment."""

from __future__ import annotations

import json

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder


@pytest.mark.slow
def test_without_credentials_a_preview_lists_what_was_looked_at_and_a_profile_is_enough(
    stack: Stack, recorder: Recorder
) -> None:
    del stack.environment["TENCENTCLOUD_SECRET_ID"], stack.environment["TENCENTCLOUD_SECRET_KEY"]
    stack.program('recording("lobby")')
    _, _, told = " ".join(stack.preview(expect=1).text.split()).partition("Diagnostics:")
    assert told.count("has a problem: no Tencent Cloud credentials found") == 1
    profiles = stack.directory / ".tccli"
    for place in (
        "trtc:secretKey",
        "trtc:secretId: not set",
        "the environment: no TENCENTCLOUD_SECRET_ID and no TENCENTCLOUD_SECRET_KEY",
        f"profile file {profiles}/default.credential: no such file",
        "TKE's role: TKE_ROLE_ARN is not set",
    ):
        assert place in told

    profiles.mkdir()
    keys = {"secretId": SECRET_ID, "secretKey": SECRET_KEY}
    (profiles / "night.credential").write_text(json.dumps(keys))
    stack.config("trtc:profile", "night")
    stack.up()
    assert live(recorder) == set(stack.task_ids().values()) != set()
    stack.destroy()
    assert live(recorder) == set()
