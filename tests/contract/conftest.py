"""A local service that is like new for each test, and calls by the official client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from official_client import official_client, respond
from recorder_tasks import start_body
from trtc_recorder.testing import RunningService, local_settings, running_service


@pytest.fixture(scope="session")
def running() -> Iterator[RunningService]:
    with running_service(local_settings(visible_after=0, requests_per_second=0)) as service:
        yield service


@pytest.fixture
def recorder(running: RunningService) -> RunningService:
    """A service like new, whose tasks show at once and whose requests are not limited."""
    running.reset()
    return running


@pytest.fixture
def call(recorder: RunningService) -> Callable[..., Any]:
    """Call an action with the official client: its response, or its error's code."""
    client = official_client(recorder)
    return lambda action, **parameters: respond(client, action, **parameters)


@pytest.fixture
def start(call: Callable[..., Any]) -> Callable[..., Any]:
    """Call StartWebRecord, with some parameters changed."""
    return lambda **changes: call("StartWebRecord", **start_body(**changes))
