"""RecordIds of the user's own: the alphabet of a declaration, and tasks that others have named."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder
from trtc_webrecord.api.pacing import Clock
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.spec import StartWebRecordSpec

FOREIGN = "Raum 5: é"


def start_elsewhere(recorder: Recorder, record_id: str) -> str:
    """Start the task of the recording `lobby` without Pulumi; returns its TaskId."""
    config = ProviderConfig(endpoint=recorder.endpoint, secret_id=SECRET_ID, secret_key=SECRET_KEY)
    spec = StartWebRecordSpec.model_validate(
        {
            "record_url": "https://example.com/lobby",
            "sdk_app_id": 1600011111,
            "storage_params": {"cloud_storage": {"region": "ap-singapore", "bucket": "b-125"}},
        }
    )
    api = config.api(config.credentials(), Clock())
    return api.start(spec.wire(record_id, (SECRET_ID, SECRET_KEY))).task_id


@pytest.mark.parametrize("record_id", ["room 5", "room.5", "a::b", "2026-10-01 00:00:00"])
def test_a_record_id_keeps_to_the_alphabet_of_the_derived_ones(
    stack: Stack, recorder: Recorder, record_id: str
) -> None:
    stack.program(f"recording('lobby', record_id={record_id!r})")
    refused = stack.preview(expect=1).text
    assert f"record_id = {record_id!r}: must be 1 to 31 letters, digits, '_' and '-'" in refused
    assert recorder.calls() == []


def test_a_task_of_any_record_id_is_adopted_refreshed_and_stopped(
    stack: Stack, recorder: Recorder
) -> None:
    task = start_elsewhere(recorder, FOREIGN)
    stack.program(f'recording("lobby", adopt_task_id={task!r})')
    stack.up()
    assert stack.outputs("lobby")["record_id"] == FOREIGN
    stack.program('recording("lobby")')
    stack.up()
    stack.refresh()
    assert stack.task_ids() == {"lobby": task}
    stack.destroy()
    assert live(recorder) == set()
