"""Read the state of the stack that is being deployed, with `pulumi stack export`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

from .recording.interrupted import StackState, StateUnreadable

EXPORT_TIMEOUT = 30
"""Seconds."""

_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
"""Pulumi's marker of a secret in a state."""


def read_stack_state(urn: str) -> StackState:
    """The state of the stack of a URN. Raises StateUnreadable.

    Secrets are decrypted, with a second export, only if a pending create has some.
    """
    stack = urn.removeprefix("urn:pulumi:").partition("::")[0]
    exported = _export(stack)
    if any(_SIGNATURE_KEY in json.dumps(resource) for resource in _creating(exported)):
        exported = _export(stack, "--show-secrets")
    return stack_state(exported)


def stack_state(exported: dict[str, Any]) -> StackState:
    """The recordings in an exported state."""
    resources = exported.get("deployment", {}).get("resources") or []
    return StackState(
        held=frozenset(each["id"] for each in resources if _is_recording(each)),
        creating=tuple(
            (resource["urn"], _plain(resource.get("inputs", {})))
            for resource in _creating(exported)
        ),
    )


def _export(stack: str, *options: str) -> dict[str, Any]:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise StateUnreadable("there is no `pulumi` on the PATH to export the stack's state")
    command = [pulumi, "--non-interactive", "stack", "export", "--stack", stack, *options]
    try:
        exported = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=EXPORT_TIMEOUT,
            check=True,
        )
        state: dict[str, Any] = json.loads(exported.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise StateUnreadable(f"`pulumi stack export` failed ({type(error).__name__})") from None
    return state


def _is_recording(resource: dict[str, Any]) -> bool:
    return str(resource["type"]).endswith("trtc:WebRecording")


def _creating(exported: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operation in exported.get("deployment", {}).get("pending_operations", []):
        if operation["type"] == "creating" and _is_recording(operation["resource"]):
            yield operation["resource"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if _SIGNATURE_KEY in value:
            return json.loads(value["plaintext"]) if "plaintext" in value else None
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
