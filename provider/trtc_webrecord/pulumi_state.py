"""Read the state of the stack that is being deployed, with `pulumi stack export`."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic.alias_generators import to_snake

from .declaration.names import STORAGE_KEYS
from .declaration.naming import snake_case
from .recording.state import StackState, StateUnreadable
from .recording.stored import Stored

EXPORT_TIMEOUT = 30
"""Seconds."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Pulumi's marker of a secret in a state."""


NATIVE = "trtc:index:WebRecording"
"""The type token of the native resource."""

DIY_ORGANIZATION = "organization/"
"""Begins the qualified name of every stack of a backend without organizations. Old ones of these
know their stacks by the bare name alone."""


def read_stack_state(stack: str) -> StackState:
    """The state of a stack, by its qualified name. Raises StateUnreadable.

    Secrets are decrypted, with a second export, only if a pending create has some, or on demand.
    """
    try:
        exported = _export(stack)
    except StateUnreadable:
        if not stack.startswith(DIY_ORGANIZATION):
            raise
        stack = stack.rpartition("/")[2]
        exported = _export(stack)
    if any(SIGNATURE in json.dumps(resource) for resource in _creating(exported)):
        return stack_state(_export(stack, "--show-secrets"))
    return replace(
        stack_state(exported),
        with_secrets=lambda: stack_state(_export(stack, "--show-secrets")),
    )


def stack_state(exported: dict[str, Any]) -> StackState:
    """The recordings in an exported state, without those that it only reads (`external`)."""
    resources = exported.get("deployment", {}).get("resources") or []
    recordings = [each for each in resources if is_recording(each) and not each.get("external")]
    return StackState(
        stored=tuple(
            _stored(each)
            for each in recordings
            if not each.get("delete") and not each.get("pendingReplacement")
        ),
        task_ids=frozenset(each["id"] for each in recordings),
        creating=tuple(
            (resource["urn"], _props(resource, resource.get("inputs", {})))
            for resource in _creating(exported)
        ),
    )


def _stored(resource: dict[str, Any]) -> Stored:
    props = {**resource.get("inputs", {}), **resource.get("outputs", {})}
    return Stored(resource["urn"], resource["id"], _props(resource, props), _hides(props))


def _export(stack: str, *options: str) -> dict[str, Any]:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise StateUnreadable("there is no `pulumi` on the PATH to export the stack's state")
    arguments = ["--non-interactive", "stack", "export", "--stack", stack, *options]
    try:
        exported = subprocess.run(  # noqa: S603
            [pulumi, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=EXPORT_TIMEOUT,
            check=True,
        )
        state: dict[str, Any] = json.loads(exported.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise StateUnreadable(
            f"`pulumi {' '.join(arguments)}` failed ({type(error).__name__}): run it to see why. A "
            "passphrase that was typed in is not known to it: set PULUMI_CONFIG_PASSPHRASE"
        ) from None
    return state


def is_recording(resource: dict[str, Any]) -> bool:
    """Whether a resource of a state or a preview is a recording, of either resource type."""
    return str(resource["type"]).endswith("trtc:WebRecording") or _is_native(resource)


def _is_native(resource: dict[str, Any]) -> bool:
    return bool(resource["type"] == NATIVE)


def _props(resource: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The core's properties of a resource; those of a native one lack the URN."""
    props: dict[str, Any] = _plain(values)
    if _is_native(resource):
        return {**snake_case(props), "resource_urn": resource["urn"]}
    return props


def _creating(exported: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operation in exported.get("deployment", {}).get("pending_operations", []):
        if operation["type"] == "creating" and is_recording(operation["resource"]):
            yield operation["resource"]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if SIGNATURE in value:
            return json.loads(value["plaintext"]) if "plaintext" in value else None
        return {key: _plain(item) for key, item in value.items() if not _is_encrypted(item)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _hides(value: Any) -> bool:
    """Whether a value has encrypted parts, other than storage keys."""
    if isinstance(value, dict):
        return _is_encrypted(value) or any(
            _hides(item) for key, item in value.items() if to_snake(key) not in STORAGE_KEYS
        )
    return isinstance(value, list) and any(map(_hides, value))


def _is_encrypted(value: Any) -> bool:
    return isinstance(value, dict) and SIGNATURE in value and "plaintext" not in value
