from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi_stack import Stack
from stack_program import use_the_projects_program
from trtc_recorder.testing import RunningService, local_settings, running_service


@pytest.fixture
def recorder() -> Iterator[RunningService]:
    """A service whose tasks show at once."""
    with running_service(local_settings(visible_after=0)) as service:
        yield service


@pytest.fixture
def declared(tmp_path: Path, recorder: RunningService) -> Stack:
    """A stack with the program of this repository."""
    return use_the_projects_program(Stack(tmp_path, recorder.endpoint))
