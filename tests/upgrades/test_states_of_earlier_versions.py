"""A stack that an earlier version deployed shows no change under today's code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pulumi_stack import ProviderKind, Stack, asked, live, looks
from trtc_recorder.testing import RunningService
from upgrades.states import PROGRAM, file_of, kept, revive

VERSIONS = {
    provider: sorted(version for version, each in kept() if each == provider)
    for _, provider in kept()
}


@pytest.mark.parametrize(
    ("version", "provider"),
    [
        pytest.param(
            version,
            provider,
            marks=[pytest.mark.slow] if version in VERSIONS[provider][1:-1] else [],
        )
        for version, provider in kept()
    ],
)
def test_it_shows_no_change_and_nothing_is_started_or_stopped(
    tmp_path: Path, recorder: RunningService, version: str, provider: ProviderKind
) -> None:
    stack = Stack(tmp_path, recorder.endpoint, provider=provider)
    stack.program(PROGRAM)
    revive(stack, version, recorder)
    before = live(recorder)
    assert len(before) == 4
    recorder.reset_calls()
    stack.preview("--expect-no-changes")
    assert "6 unchanged" in stack.up("--expect-no-changes").text
    assert asked(recorder) == looks(stack)
    assert live(recorder) == set(stack.task_ids().values()) == before
    if version == VERSIONS[provider][0]:
        assert "6 unchanged" in stack.refresh().text
        stack.destroy()
        assert live(recorder) == set()
        assert len(recorder.tasks()) == 4


def test_the_states_of_both_providers_have_no_secret_and_nothing_of_a_machine() -> None:
    for version, provider in kept():
        text = file_of(version, provider).read_text()
        assert "CANARY" not in text
        assert not re.search(r"127\.0\.0\.1|localhost|\"/|file://|/home/|/tmp", text), version
    assert set(VERSIONS) == {"dynamic", "native"}
