"""A local service that is like new for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from contract.local_service import LocalService, local_service
from trtc_recorder.testing import local_settings

if TYPE_CHECKING:
    from contract.uploads import Make


@pytest.fixture(scope="session")
def running() -> Iterator[LocalService]:
    with local_service(local_settings(visible_after=0, requests_per_second=0)) as running:
        yield running


@pytest.fixture
def recorder(running: LocalService) -> LocalService:
    """A service like new, whose tasks show at once and whose requests are not limited."""
    running.reset()
    return running


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A service that uploads to an endpoint."""
    from contract.uploads import uploads_to  # it imports boto3, which few tests need

    with uploads_to(tmp_path / "data") as make:
        yield make
