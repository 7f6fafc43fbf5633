"""Read the state and the config of the stack that is being deployed, with the `pulumi` command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic.alias_generators import to_snake

from .declaration.names import DIY_ORGANIZATION, STORAGE_KEYS
from .declaration.naming import snake_case
from .environment_variables import PULUMI_SKIP_CHECKPOINTS
from .recording.state import StackState, StateUnreadable
from .recording.stored import Stored

EXPORT_TIMEOUT = 30
"""Seconds."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Pulumi's marker of a secret in a state."""


NATIVE = "trtc:index:WebRecording"
"""The type token of the native resource."""

PROVIDER = "pulumi:providers:trtc"
"""The type token of a native provider."""

LOOKUP = "trtc:index:getWebRecording"
"""The token of the native function."""


def read_stack_state(stack: str) -> StackState:
    """The state of a stack, ORGANIZATION/PROJECT/STACK. Raises StateUnreadable.

    The organization is empty if it is not known: Pulumi passes it to a program, not to a plugin.
    Secrets are decrypted, with a second export, only if a pending create has some, or on demand.
    """
    stack, exported = _found(stack)
    if any(SIGNATURE in json.dumps(resource) for resource in _creating(exported)):
        return stack_state(export_stack(stack, "--show-secrets"))
    return replace(
        stack_state(exported),
        with_secrets=lambda: stack_state(export_stack(stack, "--show-secrets")),
    )


def read_stack_config(stack: str) -> dict[str, str] | None:
    """The present config of a stack, as Pulumi passes it, decrypted; None if it cannot be read."""
    try:
        known_as, _ = _found(stack)
        return stack_config(known_as)
    except (StateUnreadable, AttributeError, TypeError):
        return None


def stack_config(stack: str | None) -> dict[str, str]:
    """The config of a stack, decrypted; None: of the selected one. Raises StateUnreadable."""
    config = _pulumi("config", "--json", "--show-secrets", *_named(stack))
    return {key: entry["value"] for key, entry in config.items() if "value" in entry}


def export_stack(stack: str | None, *options: str) -> dict[str, Any]:
    """What `pulumi stack export` prints of a stack; None: the selected one.

    Raises StateUnreadable.
    """
    exported: dict[str, Any] = _pulumi("stack", "export", *_named(stack), *options)
    return exported


def explicit_providers(exported: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The configuration of each native provider that a program has declared, by its URN."""
    resources = exported.get("deployment", {}).get("resources") or []
    return {
        each["urn"]: {
            key: value
            for key, value in _plain(each.get("inputs", {})).items()
            if not key.startswith("__")  # the engine's own
        }
        for each in resources
        if each["type"] == PROVIDER and not is_default_provider(each["urn"])
    }


def is_default_provider(urn: str) -> bool:
    """Whether Pulumi has made the provider, from the stack's config; its own test is the same."""
    return urn.rpartition("::")[2].startswith("default")


def stack_state(exported: dict[str, Any]) -> StackState:
    """The recordings in an exported state, without those that it only reads (`external`)."""
    resources = exported.get("deployment", {}).get("resources") or []
    recordings = [each for each in resources if is_recording(each) and not each.get("external")]
    return StackState(
        stored=tuple(
            stored_recording(each)
            for each in recordings
            if not each.get("delete") and not each.get("pendingReplacement")
        ),
        task_ids=frozenset(each["id"] for each in recordings),
        creating=tuple(
            (resource["urn"], _props(resource, resource.get("inputs", {})))
            for resource in _creating(exported)
        ),
        deleting=frozenset(each["urn"] for each in _pending(exported, "deleting")),
        has_checkpoints=os.environ.get(PULUMI_SKIP_CHECKPOINTS, "").lower() not in ("1", "true"),
    )


def stored_recording(resource: dict[str, Any]) -> Stored:
    """The recording of a resource of a state, or of the old state in a preview."""
    props = {**resource.get("inputs", {}), **resource.get("outputs", {})}
    return replace(
        Stored.of(resource["id"], _props(resource, props)),
        urn=resource["urn"],
        encrypted=_hides(props),
        is_retained=bool(resource.get("retainOnDelete")),
        provider=resource.get("provider", "").rpartition("::")[0],
        modified=resource.get("modified", ""),
    )


def _found(stack: str) -> tuple[str, dict[str, Any]]:
    """The name by which the backend knows a stack, and its export."""
    organization, project, name = stack.split("/")
    qualified = f"{organization or DIY_ORGANIZATION}/{project}/{name}"
    try:
        return qualified, export_stack(qualified)
    except StateUnreadable:
        if organization not in ("", DIY_ORGANIZATION):
            raise
    known_as = name if organization else _listed(project, name)
    return known_as, export_stack(known_as)


def _listed(project: str, name: str) -> str:
    """The one stack of a name in the backend's list; of several, the one that is being updated."""
    listed = _pulumi("stack", "ls", "--json", "--project", project)
    stacks = [each for each in listed if each["name"].rpartition("/")[2] == name]
    if len(stacks) > 1:
        stacks = [each for each in stacks if each.get("updateInProgress")]
        if len(stacks) != 1:
            raise StateUnreadable(
                f"several organizations have a stack {project}/{name}, and a plugin cannot know "
                "which of them Pulumi deploys"
            )
    return str(stacks[0]["name"]) if stacks else name


def _named(stack: str | None) -> list[str]:
    return ["--stack", stack] if stack else []


def _pulumi(*words: str) -> Any:
    """What a command prints as JSON."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise StateUnreadable("there is no `pulumi` on the PATH to export the stack's state")
    arguments = ["--non-interactive", *words]
    try:
        finished = subprocess.run(  # noqa: S603
            [pulumi, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=EXPORT_TIMEOUT,
            check=True,
        )
        return json.loads(finished.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise StateUnreadable(
            f"`pulumi {' '.join(arguments)}` failed ({type(error).__name__}): run it to see why. A "
            "passphrase that was typed in is not known to it: set PULUMI_CONFIG_PASSPHRASE"
        ) from None


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
    return _pending(exported, "creating")


def _pending(exported: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    for operation in exported.get("deployment", {}).get("pending_operations", []):
        if operation["type"] == kind and is_recording(operation["resource"]):
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
