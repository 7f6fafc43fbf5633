"""A local service that is like new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contract.local_service import LocalService, local_service
from trtc_recorder.testing import local_settings


@pytest.fixture(scope="session")
def running() -> Iterator[LocalService]:
    with local_service(local_settings(visible_after=0, requests_per_second=0)) as running:
        yield running


@pytest.fixture
def recorder(running: LocalService) -> LocalService:
    """A service like new, whose tasks show at once and whose requests are not limited."""
    running.reset()
    return running
