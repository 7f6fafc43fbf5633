from __future__ import annotations

from pathlib import Path

import pytest
from pulumi_stack import ProviderKind, Stack
from stack_program import use_the_projects_program
from trtc_recorder.testing import Recorder


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the providers that its `providers` mark names; without one, the dynamic."""
    if "provider" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("providers")
        chosen = metafunc.config.getoption("provider")
        providers = mark.args if mark else ("dynamic",) if chosen is None else (chosen,)
        metafunc.parametrize("provider", [each for each in providers if chosen in (None, each)])


@pytest.fixture
def stack(tmp_path: Path, recorder: Recorder, provider: ProviderKind) -> Stack:
    """A stack of its own; what it still records at the end is stopped with the service."""
    return Stack(tmp_path, recorder.endpoint, provider=provider)


@pytest.fixture
def declared(stack: Stack) -> Stack:
    return use_the_projects_program(stack)
