"""`pulumi up` at a store that verifies signatures: a wrong key fails, and nothing is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from object_store import BUCKET, REGION, WRITE_ONLY, WRONG_SECRET, Keys, object_store
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder


def declared(keys: Keys, more: str = "") -> str:
    storage = {"region": REGION, "bucket": BUCKET, **keys._asdict()}
    return f'recording("lobby", storage_params={{"cloud_storage": {storage}}}{more})'


@pytest.mark.providers("dynamic", slow=("native",))
def test_a_wrong_key_fails_the_up_and_starts_nothing(
    stack: Stack, recorder: Recorder, tmp_path: Path
) -> None:
    with object_store(tmp_path / "store.log") as store:
        stack.config("trtc:storageEndpoint", store.endpoint)
        stack.program(declared(WRONG_SECRET))
        stack.preview()
        failed = stack.up(expect=1).text
        assert "recording 'lobby' was not started: its files could not be written to" in failed
        assert "returned SignatureDoesNotMatch: " in failed
        assert "The secret key does not belong to the access key" in failed
        assert WRONG_SECRET.secret_key not in failed
        assert recorder.calls("StartWebRecord") == []
        assert stack.resources() == {}
        stack.program(declared(WRITE_ONLY))
        stack.up()
        (task,) = stack.task_ids().values()
        assert live(recorder) == {task}
        stack.program(declared(WRITE_ONLY, ", storage_probe=False"))
        stack.up()
        assert stack.task_ids() == {"lobby": task}
        assert live(recorder) == {task}
