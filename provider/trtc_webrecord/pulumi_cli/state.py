"""The recordings in a state, as `pulumi stack export` prints it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic.alias_generators import to_snake

from ..declaration.names import STORAGE_KEYS
from ..declaration.naming import snake_case
from ..environment_variables import PULUMI_SKIP_CHECKPOINTS
from ..recording.state import StackState
from ..recording.stored import Stored

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""Pulumi's marker of a secret in a state."""

NATIVE = "trtc:index:WebRecording"
"""The type token of the native resource."""

PROVIDER = "pulumi:providers:trtc"
"""The type token of a native provider."""

LOOKUP = "trtc:index:getWebRecording"
"""The token of the native function."""


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
            for resource in _pending(exported, "creating")
        ),
        deleting=frozenset(each["urn"] for each in _pending(exported, "deleting")),
        has_checkpoints=os.environ.get(PULUMI_SKIP_CHECKPOINTS, "").lower() not in ("1", "true"),
    )


def has_secret_creates(exported: dict[str, Any]) -> bool:
    """Whether a create that is not finished has secrets."""
    return any(SIGNATURE in json.dumps(resource) for resource in _pending(exported, "creating"))


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
