from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.settings import Settings, configure
from trtc_webrecord.pulumi_cli import stack
from trtc_webrecord.recording.state import StateUnreadable
from trtc_webrecord.stack_program.previous import Previous

URN = "urn:pulumi:prod::web-recordings::pulumi-python:dynamic/trtc:WebRecording::"
LOBBY: dict[str, Any] = {
    "urn": f"{URN}lobby",
    "type": "pulumi-python:dynamic/trtc:WebRecording",
    "id": "task-1",
    "outputs": {"status": "ended"},
}
HALL = {"urn": f"{URN}hall", "type": LOBBY["type"], "inputs": {}}
STATE = {
    "deployment": {
        "resources": [LOBBY, {**LOBBY, "id": "task-0", "delete": True}],
        "pending_operations": [{"type": "creating", "resource": HALL}],
    }
}


def read(monkeypatch: pytest.MonkeyPatch, exported: Any) -> tuple[Previous, list[str | None]]:
    asked = []

    def export(stack: str | None, *_: str) -> Any:
        asked.append(stack)
        if isinstance(exported, Exception):
            raise exported
        return exported

    configure(Settings(project="web-recordings", stack="prod", organization="acme"))
    monkeypatch.setattr(stack, "export_stack", export)
    return Previous.read(), asked


def test_the_recordings_and_the_interrupted_creates_of_the_programs_own_stack_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    previous, asked = read(monkeypatch, STATE)
    assert asked == ["acme/web-recordings/prod"]
    (lobby,) = previous.recordings.values()
    assert (lobby.task_id, lobby.status) == ("task-1", "ended")
    assert previous.recordings.keys() == {f"{URN}lobby"}
    assert [urn for urn, _ in previous.creating] == [f"{URN}hall"]
    assert previous.why_unreadable is None


@pytest.mark.parametrize("exported", [StateUnreadable("why"), [], {"deployment": {"resources": 7}}])
def test_a_state_that_cannot_be_read_says_why_and_fails_nothing(
    exported: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    previous, _ = read(monkeypatch, exported)
    assert previous == Previous(why_unreadable=previous.why_unreadable)
    assert previous.why_unreadable
