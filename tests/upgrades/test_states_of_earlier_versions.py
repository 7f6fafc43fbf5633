"""A stack that an earlier version deployed shows no change under today's code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pulumi_stack import ProviderKind, Stack, asked, live, looks
from trtc_recorder.testing import RunningService, local_settings, running_service
from upgrades.states import PROGRAM, file_of, kept, revive

VERSIONS = {
    provider: sorted(version for version, each in kept() if each == provider)
    for _, provider in kept()
}


def deployed(
    directory: Path, version: str, provider: ProviderKind, recorder: RunningService
) -> Stack:
    """A stack that the version deployed and that records."""
    stack = Stack(directory, recorder.endpoint, provider=provider)
    stack.program(PROGRAM)
    revive(stack, version, recorder)
    assert len(live(recorder)) == 4
    recorder.reset_calls()
    return stack


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
    tmp_path: Path, version: str, provider: ProviderKind
) -> None:
    with running_service(local_settings(visible_after=0)) as recorder:
        stack = deployed(tmp_path, version, provider, recorder)
        before = live(recorder)
        stack.preview("--expect-no-changes")
        assert "6 unchanged" in stack.up("--expect-no-changes").text
        assert asked(recorder) == looks(stack)
        assert live(recorder) == set(stack.task_ids().values()) == before
        if version == VERSIONS[provider][0]:
            assert "6 unchanged" in stack.refresh().text
            stack.destroy()
            assert live(recorder) == set()
            assert len(recorder.tasks()) == 4


@pytest.mark.parametrize(("version", "provider"), kept())
def test_what_is_kept_has_no_secret_and_nothing_of_a_machine(
    version: str, provider: ProviderKind
) -> None:
    text = file_of(version, provider).read_text()
    assert "CANARY" not in text
    assert not re.search(r"127\.0\.0\.1|localhost|\"/|file://|/home/|/tmp", text)


def test_states_of_both_providers_are_kept() -> None:
    assert {provider for _, provider in kept()} == {"dynamic", "native"}
