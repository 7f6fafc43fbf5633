from __future__ import annotations

import json

import pytest
from trtc_recorder.testing import Recorder
from unit.providers.engine_requests import NativeProvider

CLUB = "urn:pulumi:dev::lessons::pulumi:providers:trtc::club"
STACK = {"recordIdNamespace": "ann", "secretId": "a", "timeout": "30"}


@pytest.mark.parametrize(
    ("stack", "how", "said"),
    [
        (STACK, {"urn": CLUB, "timeout": "5"}, "trtc:recordIdNamespace"),
        (STACK, {"urn": CLUB, "timeout": "5", "program": False}, ""),
        (STACK, {}, ""),
        ({}, {"urn": CLUB}, ""),
        ({"endpoint": "https://a"}, {"urn": CLUB}, ""),
    ],
)
def test_an_explicit_provider_says_which_keys_of_the_stack_it_lacks(
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    stack: dict[str, str],
    how: dict[str, object],
    said: str,
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(stack))
    with NativeProvider(recorder.endpoint) as provider:
        provider.messages()
        provider.restart(**how)  # type: ignore[arg-type]
        shown = provider.messages()
    lacks = f"provider 'club' inherits nothing of the stack's config: it is without its {said}"
    assert shown == (lacks if said else "")
