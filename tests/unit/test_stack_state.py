"""The stack's state, as the CLI exports it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from trtc_webrecord.recording.interrupted import StackState, StateUnreadable
from trtc_webrecord.stack_state import read_stack_state, stack_state
from unit.declared import URN, props
from unit.pending import creating, export, secret


@pytest.mark.parametrize("answer", ["exit 1", "echo no JSON"])
def test_an_export_that_does_not_work_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: str
) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f"#!/bin/sh\n{answer}\n")
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StateUnreadable, match="`pulumi stack export` failed"):
        read_stack_state(URN)
    pulumi.unlink()
    with pytest.raises(StateUnreadable, match="on the PATH"):
        read_stack_state(URN)


def test_an_export_has_nothing_to_wait_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text('#!/bin/sh\nif read -r line; then exit 1; else echo "{}"; fi\n')
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read_stack_state(URN) == StackState()


def test_secrets_are_decrypted_only_where_a_pending_create_holds_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pulumi, calls, exported = tmp_path / "pulumi", tmp_path / "calls", tmp_path / "state"
    pulumi.write_text(
        f'#!/bin/sh\necho "$@" >>{calls}\nwhile read -r l; do echo "$l"; done <{exported}\n'
    )
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for found in (
        export(creating(props())),
        export(creating({"publish_cdn_params": secret([])})),
    ):
        exported.write_text(json.dumps(found) + "\n")
        assert read_stack_state(URN) == stack_state(found)
    plain = "--non-interactive stack export --stack prod"
    with_secrets = f"{plain} --show-secrets"
    assert calls.read_text().splitlines() == [plain, plain, with_secrets]
