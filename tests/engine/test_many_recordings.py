"""Hundreds of recordings: the limit of a stack's config, and a program without one."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack
from stack_program import CONFIG, append
from trtc_recorder.testing import Recorder

LIMIT = "argument list too long"


def rooms(first: int, last: int) -> str:
    """Entries of about 2 KiB, as page URLs with long tokens make them."""
    token = "t" * 2000
    return "".join(
        f"    room-{n}: {{recordUrl: 'https://example.com/{n}?token={token}'}}\n"
        for n in range(first, last)
    )


def test_a_config_near_the_limit_is_a_warning_and_above_it_the_documented_error(
    declared: Stack,
) -> None:
    append(declared, CONFIG + rooms(0, 55))
    near = declared.preview()
    assert "to create" in near.text
    assert "of 131072 bytes. On Linux, `pulumi` fails above that" in near.text
    append(declared, rooms(55, 70))
    assert LIMIT in declared.preview(expect=1).text


@pytest.mark.slow
def test_a_thousand_recordings_of_a_program_of_ones_own_are_previewed(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('for n in range(1000):\n    recording(f"room-{n}")')
    previewed = stack.preview("--suppress-outputs")
    assert "+ 1001 to create" in previewed.text
    assert LIMIT not in previewed.text
    assert recorder.calls() == []


@pytest.mark.slow
def test_more_creates_at_once_than_the_provider_serves_cost_no_further_requests(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('for n in range(100):\n    recording(f"room-{n}")')
    stack.up("--parallel", "150")
    assert len(recorder.calls("StartWebRecord")) == 100
    assert len(recorder.calls("DescribeWebRecord")) <= 100
