from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from shell_script import shell_script
from trtc_webrecord.pulumi_cli.stack import read_stack_state
from trtc_webrecord.pulumi_cli.state import stack_state
from trtc_webrecord.recording.state import StackState, StateUnreadable
from unit.declared import URN, props
from unit.pending import TYPE, creating, encrypted, export, secret

STACK = "acme/web-recordings/prod"


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a script on the PATH for `pulumi`, and nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return partial(shell_script, tmp_path / "pulumi")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("exit 1", "failed: CalledProcessError"),
        ("echo no JSON", "failed: JSONDecodeError"),
        ('echo "error: no project file" >&2; exit 1', "failed: no project file"),
        ('echo "no passphrase" >&2; exit 1', "typed in is not known to it: set PULUMI_CONFIG_PAS"),
    ],
)
def test_an_export_that_does_not_work_says_why(
    pulumi: Callable[[str], Path], answer: str, why: str
) -> None:
    program = pulumi(answer)
    with pytest.raises(
        StateUnreadable, match=f"pulumi .* stack export --stack {STACK}` failed"
    ) as it:
        read_stack_state(STACK)
    assert why in str(it.value)
    program.unlink()
    with pytest.raises(StateUnreadable, match="on the PATH"):
        read_stack_state(STACK)


def test_an_export_has_nothing_to_wait_for(pulumi: Callable[[str], Path]) -> None:
    pulumi('if read -r line; then exit 1; else echo "{}"; fi')
    assert read_stack_state(STACK) == StackState()


def test_secrets_are_decrypted_only_where_a_pending_create_holds_some(
    pulumi: Callable[[str], Path], tmp_path: Path
) -> None:
    calls, exported = tmp_path / "calls", tmp_path / "state"
    pulumi(f'echo "$@" >>{calls}\nwhile read -r l; do echo "$l"; done <{exported}')
    for inputs in (props(), {"publish_cdn_params": secret([])}):
        found = export(creating(inputs))
        exported.write_text(json.dumps(found) + "\n")
        assert read_stack_state(STACK) == stack_state(found)
    plain = f"--non-interactive stack export --stack {STACK}"
    with_secrets = f"{plain} --show-secrets"
    assert calls.read_text().splitlines() == [plain, plain, with_secrets]


def updating(name: str) -> dict[str, Any]:
    return {"name": name, "updateInProgress": True}


IDLE = {"name": "prod", "updateInProgress": False}
DIY = "organization/web-recordings/prod"


@pytest.mark.parametrize(
    ("organization", "listed", "exported"),
    [
        ("organization", [], "prod"),  # of an old backend without organizations
        ("acme", [], None),
        ("", [], "prod"),
        ("", [{"name": "acme/prod"}, {"name": "acme/production"}], "acme/prod"),
        ("", [IDLE, updating("else/web-recordings/prod")], "else/web-recordings/prod"),
        ("", [IDLE, {"name": "acme/prod"}], None),
        ("", [updating("prod"), updating("acme/prod")], None),
    ],
)
def test_a_stack_whose_organization_is_not_known_is_found_in_the_backends_list(
    pulumi: Callable[[str], Path],
    tmp_path: Path,
    organization: str,
    listed: list[dict[str, Any]],
    exported: str | None,
) -> None:
    calls, stack = tmp_path / "calls", f"{organization}/web-recordings/prod"
    list_ = f"echo '{json.dumps(listed)}'"
    export = f'echo "$5" >>{calls}; echo "{{}}"'
    pulumi(f'case "$3 $5" in ls*) {list_};; *" {DIY}"|*" {STACK}") exit 1;; *) {export};; esac')
    if exported is None:
        with pytest.raises(StateUnreadable, match="several organizations" if listed else STACK):
            read_stack_state(stack)
    else:
        assert read_stack_state(stack) == StackState()
        assert calls.read_text().splitlines() == [exported]


def test_what_pulumi_is_about_to_delete_is_not_stored_and_secrets_are_known_to_be_missing() -> None:
    recording = {"urn": URN, "type": TYPE, "id": "task-1", "inputs": props(), "outputs": {}}
    keys = {"cloud_storage": {"access_key": encrypted(), "bucket": "b", "secret_key": encrypted()}}
    found = stack_state(
        {
            "deployment": {
                "resources": [
                    {**recording, "inputs": props(storage_params=keys)},
                    {**recording, "id": "task-2", "delete": True},
                    {**recording, "id": "task-3", "pendingReplacement": True},
                    {**recording, "id": "task-4", "inputs": {"publish_cdn_params": encrypted()}},
                ]
            }
        }
    )
    assert [(each.task_id, each.encrypted) for each in found.stored] == [
        ("task-1", False),
        ("task-4", True),
    ]
    assert found.stored[0].props["storage_params"] == {"cloud_storage": {"bucket": "b"}}
    assert found.task_ids == {"task-1", "task-2", "task-3", "task-4"}
