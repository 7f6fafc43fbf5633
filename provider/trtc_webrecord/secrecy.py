"""What is secret is secret without being asked."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isawaitable
from typing import Any

import pulumi

STORAGE_KEYS = ("access_key", "secret_key")


def with_secret_keys(storage_params: Any) -> Any:
    """The storage parameters with COS's `access_key` and `secret_key` as Pulumi secrets.

    `storage_params` is an Input: plain, to come, or plain with what is to come inside.
    """
    return _each(
        storage_params,
        lambda name, value: _each(value, _secret) if name == "cloud_storage" else value,
    )


def _secret(name: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if name in STORAGE_KEYS and value is not None else value


def _each(fields: Any, change: Callable[[str, Any], Any]) -> Any:
    if isinstance(fields, pulumi.Output) or isawaitable(fields):
        return pulumi.Output.from_input(fields).apply(lambda come: _each(come, change))
    if not isinstance(fields, dict):
        return fields
    return {name: change(name, value) for name, value in fields.items()}
