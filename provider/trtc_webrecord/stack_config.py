"""Recordings declared in a stack's config, in camelCase.

    config:
      web-recordings:defaults: {sdkAppId: …, storageParams: {cloudStorage: {…}}}
      web-recordings:recordings:
        lobby: {recordUrl: https://example.com/lobby, maxDurationLimit: 3600}

`defaults` is deep-merged into each entry of `recordings`; `null` in an entry removes a default.
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
from pulumi.runtime import get_config, is_config_secret
from pydantic.alias_generators import to_camel, to_snake

from .declaration.declaration import validation_errors

VERBATIM = "triggers"
"""The field whose contents keep their names."""


def declared_recordings(namespace: str) -> dict[str, dict[str, Any]]:
    """The arguments of a WebRecording for each declared name.

    If a config key contains a secure value, every string in it becomes a secret, because Pulumi
    does not show which one is secure. Raises `pulumi.RunError` with every invalid entry and field.
    """
    defaults = _snake(_object(f"{namespace}:defaults"))
    entries = _entries(f"{namespace}:recordings")
    errors = [
        f"{namespace}:recordings.{name}.{error}"
        for name, entry in entries.items()
        for error in validation_errors(_checkable(_merge(defaults, entry)), to_camel)
    ]
    if errors:
        raise pulumi.RunError("\n".join(["the stack's config is invalid:", *errors]))
    if is_config_secret(f"{namespace}:defaults"):
        defaults = _secret(defaults)
    if is_config_secret(f"{namespace}:recordings"):
        entries = _secret(entries)
    return {name: _merge(defaults, entry) for name, entry in entries.items()}


def _checkable(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with internal field names replaced by unknown ones, so that they are errors."""
    unknown = {"resource_urn": "resourceUrn", "__provider": "provider"}
    return {unknown.get(name, name): value for name, value in entry.items()}


def _entries(key: str) -> dict[str, dict[str, Any]]:
    entries = _object(key)
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            raise pulumi.RunError(f"{key}.{name} must be an object with fields such as recordUrl")
    return {name: _snake(entry) for name, entry in entries.items()}


def _object(key: str) -> dict[str, Any]:
    try:
        value = json.loads(get_config(key) or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise pulumi.RunError(f"{key} must be an object, not a single value")
    return value


def _snake(value: Any) -> Any:
    if isinstance(value, list):
        return [_snake(item) for item in value]
    if isinstance(value, dict):
        return {
            to_snake(key): item if key == VERBATIM else _snake(item) for key, item in value.items()
        }
    return value


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = {**under, **over}
    for key, value in merged.items():
        if isinstance(value, dict):
            below = under.get(key)
            merged[key] = _merge(below if isinstance(below, dict) else {}, value)
    return {key: value for key, value in merged.items() if value is not None}


def _secret(value: Any) -> Any:
    if isinstance(value, list):
        return [_secret(item) for item in value]
    if isinstance(value, dict):
        return {key: _secret(item) for key, item in value.items()}
    return pulumi.Output.secret(value) if isinstance(value, str) else value
