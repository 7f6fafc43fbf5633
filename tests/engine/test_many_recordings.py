"""Hundreds of recordings of one program."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack
from trtc_recorder.testing import Recorder

pytestmark = pytest.mark.slow


def test_a_thousand_recordings_of_a_program_of_ones_own_are_previewed(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('for n in range(1000):\n    recording(f"room-{n}")')
    previewed = stack.preview("--suppress-outputs")
    assert "+ 1001 to create" in previewed.text
    assert recorder.calls() == []


def test_more_creates_at_once_than_the_provider_serves_cost_no_further_requests(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('for n in range(100):\n    recording(f"room-{n}")')
    stack.up("--parallel", "150")
    assert len(recorder.calls("StartWebRecord")) == 100
    assert len(recorder.calls("DescribeWebRecord")) <= 100
