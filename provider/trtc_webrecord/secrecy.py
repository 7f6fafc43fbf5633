"""What is secret is secret without being asked."""

from __future__ import annotations

from typing import Any

import pulumi

STORAGE_KEYS = ("access_key", "secret_key")


def with_secret_keys(storage_params: Any) -> Any:
    """The storage parameters with COS's `access_key` and `secret_key` as Pulumi secrets.

    `storage_params` is an Input: plain, an Output, or plain with Outputs inside.
    """
    if isinstance(storage_params, pulumi.Output):
        return storage_params.apply(with_secret_keys)
    if not isinstance(storage_params, dict):
        return storage_params
    return {
        name: _secret_keys_in(value) if name == "cloud_storage" else value
        for name, value in storage_params.items()
    }


def _secret_keys_in(cloud_storage: Any) -> Any:
    if isinstance(cloud_storage, pulumi.Output):
        return cloud_storage.apply(_secret_keys_in)
    if not isinstance(cloud_storage, dict):
        return cloud_storage
    return {
        name: pulumi.Output.secret(value) if name in STORAGE_KEYS and value is not None else value
        for name, value in cloud_storage.items()
    }
