from __future__ import annotations

from collections.abc import Iterator

import pytest
from trtc_recorder.testing import Recorder, running_service


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A service whose tasks show at once."""
    with running_service() as service:
        service.switch(visible_after=0)
        yield service
