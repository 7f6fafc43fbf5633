"""The rules of the provider's settings: how a value of `trtc:` is read, and which are valid."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic_core import PydanticCustomError

from .declaration.names import NAMESPACE
from .declaration.validation import nearest
from .declaration.yaml_values import CHANGED_BY_YAML, changed_by_yaml
from .key_text import key_fault

OBJECTS = ("assumeRole", "assumeRoleWithWebIdentity")
"""The keys that take an object; it arrives as JSON."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def store_url(value: str) -> str:
    parts = urlsplit(value)
    _only_an_origin(parts)
    if parts.scheme in ("https", "http") and parts.hostname:
        return value
    raise PydanticCustomError("rule", "must be an https:// or http:// URL")


def endpoint_url(value: str) -> str:
    parts = urlsplit(value)
    _only_an_origin(parts)
    if parts.scheme == "https" and parts.hostname:
        return value
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return value
    raise PydanticCustomError(
        "rule",
        "must be an https:// URL (http:// only for localhost): requests contain credentials",
    )


def _only_an_origin(parts: SplitResult) -> None:
    if parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise PydanticCustomError("rule", "must consist of a scheme, a host and a port only")


def valid_key(value: str) -> str:
    if fault := key_fault(value):
        raise PydanticCustomError("rule", "{fault}", {"fault": fault})
    return value


def from_json(value: Any) -> Any:
    """An object of a stack's config, which arrives as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise PydanticCustomError("rule", "must be an object with fields such as roleArn") from None


def misread(key: str, value: Any, known: list[str]) -> str | None:
    """What is wrong with a key before its own rule is applied, or None."""
    if key not in known:
        if near := nearest(key, known):
            return f"is an unknown key; did you mean {NAMESPACE}:{near}?"
        return f"is an unknown key; known keys: {', '.join(known)}"
    if value == "":
        return "is empty; give it a value, or remove the key"
    if changed_by_yaml(value):
        return CHANGED_BY_YAML
    if key not in OBJECTS and _is_structured(value):
        return "must be a single value, not an object or a list"
    return None


def _is_structured(value: Any) -> bool:
    try:
        return isinstance(json.loads(value) if isinstance(value, str) else value, dict | list)
    except ValueError:
        return False
