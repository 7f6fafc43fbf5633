"""Nobody listens where tests of credentials look for a machine's role."""

from __future__ import annotations

import socket

import pytest
from trtc_webrecord.api import cvm_role


@pytest.fixture
def closed() -> str:
    """A host and port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture(autouse=True)
def no_machine_role(monkeypatch: pytest.MonkeyPatch, closed: str) -> None:
    monkeypatch.setattr(cvm_role, "METADATA_URL", f"http://{closed}/")
