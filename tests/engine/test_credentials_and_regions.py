"""Where the keys and the region come from, and what `pulumi preview` refuses about them."""

from __future__ import annotations

import json

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder

MAINLAND = "https://trtc.tencentcloudapi.com"


@pytest.fixture
def keyless(stack: Stack) -> Stack:
    """A stack whose environment has no credentials."""
    del stack.environment["TENCENTCLOUD_SECRET_ID"], stack.environment["TENCENTCLOUD_SECRET_KEY"]
    stack.program('recording("lobby")')
    return stack


def rejection(stack: Stack) -> str:
    return " ".join(stack.preview(expect=1).text.split())


def test_a_region_that_the_endpoint_does_not_serve_is_rejected_at_preview(stack: Stack) -> None:
    stack.program('recording("lobby")')
    stack.config("trtc:endpoint", MAINLAND)
    assert "trtc:region is not set" in rejection(stack)
    stack.config("trtc:region", "ap-singapore")
    message = rejection(stack)
    assert f"trtc:region = 'ap-singapore' does not fit trtc:endpoint = {MAINLAND}" in message
    stack.config("trtc:region", "ap-guangzhou")
    stack.preview()


@pytest.mark.parametrize(
    "by",
    [
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("default", "environment")),
        "config",
    ],
)
def test_a_profile_of_the_command_line_starts_and_stops_a_recording(
    keyless: Stack, recorder: Recorder, by: str
) -> None:
    name = "default" if by == "default" else "night"
    file = keyless.directory / ".tccli" / f"{name}.credential"
    file.parent.mkdir()
    file.write_text(json.dumps({"secretId": SECRET_ID, "secretKey": SECRET_KEY}))
    if by == "environment":
        keyless.environment["TENCENTCLOUD_PROFILE"] = name
    if by == "config":
        keyless.config("trtc:profile", name)
    keyless.up()
    assert live(recorder) == set(keyless.task_ids().values())
    keyless.destroy()
    assert live(recorder) == set()


def test_without_credentials_the_preview_lists_what_was_looked_at(keyless: Stack) -> None:
    message = rejection(keyless)
    _, _, diagnostics = message.partition("Diagnostics:")
    assert diagnostics.count("has a problem: no Tencent Cloud credentials found") == 1
    for place in (
        "trtc:secretKey",
        "trtc:secretId: not set",
        "the environment: no TENCENTCLOUD_SECRET_ID and no TENCENTCLOUD_SECRET_KEY",
        f"profile file {keyless.directory}/.tccli/default.credential: no such file",
        "TKE's role: TKE_ROLE_ARN is not set",
    ):
        assert place in message


@pytest.mark.slow
def test_a_role_in_the_stacks_config_is_read_and_its_token_stays_secret(keyless: Stack) -> None:
    role = "trtc:assumeRoleWithWebIdentity"
    keyless.config(f"{role}.webIdentityToken", "CANARY-5f1e", "--path", "--secret")
    message = rejection(keyless)
    assert f"{role}.roleArn: Field required" in message
    assert "CANARY" not in message
    keyless.config(f"{role}.roleArn", "qcs::cam::uin/1:roleName/recorder", "--path")
    keyless.config(f"{role}.webIdentityTokenFile", "/none", "--path")
    message = rejection(keyless)
    assert "needs either webIdentityToken or webIdentityTokenFile" in message
    keyless.run("config", "rm", "--path", f"{role}.webIdentityToken")
    assert "the web identity token file /none cannot be read" in rejection(keyless)
