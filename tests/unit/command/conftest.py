from __future__ import annotations

from pathlib import Path

import pytest
from object_store import ObjectStore
from trtc_recorder.testing import RunningService
from unit.command.stack_folder import Folder


@pytest.fixture
def folder(
    tmp_path: Path,
    recorder: RunningService,
    store: ObjectStore,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Folder:
    return Folder(tmp_path, recorder, store, monkeypatch, capsys)
