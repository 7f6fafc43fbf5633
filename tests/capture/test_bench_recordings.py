"""What `make bench` says of recordings, for one of them. No figure is asserted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.bench.recordings import measured, table

pytestmark = pytest.mark.slow


def test_a_recording_is_measured(tmp_path: Path) -> None:
    (load,) = measured(tmp_path, most=1)
    assert load.recordings == 1
    assert load.first_frame > 0
    assert 0 < load.frames_a_second <= 25
    assert all(share > 0 for share in load.cpu.values())
    assert table([load]).splitlines()[-1].startswith("| 1 | ")
