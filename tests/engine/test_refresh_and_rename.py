"""Refresh, renames, tasks read by their id: what the output and the state say."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from trtc_recorder.testing import Recorder


def test_after_a_rename_messages_and_outputs_have_the_new_name_and_nothing_restarts(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    before = stack.outputs("lobby")
    task = before["task_id"]
    recorder.reset_calls()
    stack.program(
        'recording("room::1::a", record_url="https://example.com/lobby", '
        'opts=ResourceOptions(aliases=[pulumi.Alias(name="lobby")]))'
    )
    assert "1 updated" in stack.up().text
    (renamed,) = stack.resources().values()
    assert renamed["id"] == task
    assert renamed["outputs"]["resource_urn"] == renamed["urn"]
    assert renamed["outputs"]["record_id"] == before["record_id"]
    assert recorder.calls() == []
    recorder.advance(60)
    recorder.end(task)
    assert "recording 'room::1::a' (RecordId lobby-" in stack.up("--refresh").text
    assert recorder.calls("StartWebRecord") == recorder.calls("StopWebRecord") == []


@pytest.mark.slow
def test_a_task_read_by_its_id_has_outputs_from_the_service(
    stack: Stack, recorder: Recorder
) -> None:
    stack.program('recording("lobby")')
    stack.up()
    lobby = stack.outputs("lobby")
    read = f'recording("seen", opts=ResourceOptions(id={lobby["task_id"]!r}))'
    stack.program(f'recording("lobby")\n{read}')
    for _ in range(2):
        stack.up()
        seen = stack.outputs("seen")
        for name in ("task_id", "record_id", "status", "endpoint", "region", "file_prefix"):
            assert seen[name] == lobby[name]
        assert "stack_organization" not in seen
    stack.refresh()
    stack.destroy()
    assert live(recorder) == set()
