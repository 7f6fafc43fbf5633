from __future__ import annotations

import pytest
from unit.mock_engine import have_event_loop


@pytest.fixture(autouse=True)
def event_loop() -> None:
    """What is secure in a config becomes an Output."""
    have_event_loop()
