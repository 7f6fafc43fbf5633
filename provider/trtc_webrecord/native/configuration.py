"""A native provider's configuration, and the stack's keys that an explicit one does not inherit."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..configuration import ProviderConfig
from ..declaration.declaration import declared_name
from ..declaration.names import NAMESPACE
from ..environment_variables import PULUMI_CONFIG
from ..pulumi_cli.state import is_default_provider
from .properties import Json, opened

KEYS_OF_THE_ENGINE = ("version", "pluginDownloadURL")
"""What a provider's configuration has besides this package's keys."""

CREDENTIALS = {
    "secretId",
    "secretKey",
    "securityToken",
    "profile",
    "sharedCredentialsDir",
    "assumeRole",
    "assumeRoleWithWebIdentity",
}


def provider_config(values: Json) -> ProviderConfig:
    """The configuration of a native provider's inputs. Raises ConfigError."""
    return ProviderConfig.from_stack(
        {
            f"{NAMESPACE}:{name}": value
            for name, value in opened(values).items()
            if name not in KEYS_OF_THE_ENGINE
        }
    )


def not_inherited(urn: str, inputs: Json, environment: Mapping[str, str]) -> str | None:
    """Which of the stack's keys an explicit provider lacks; credentials only if it has none.

    The engine passes every plugin the stack's keys of its namespace in PULUMI_CONFIG.
    """
    stack = json.loads(environment.get(PULUMI_CONFIG) or "{}")
    replaced = CREDENTIALS if CREDENTIALS & inputs.keys() else set()
    keys = ", ".join(
        f"{NAMESPACE}:{key}" for key in sorted(stack.keys() - inputs.keys() - replaced)
    )
    if not keys or is_default_provider(urn):
        return None
    name = declared_name({"resource_urn": urn})
    return f"provider {name!r} inherits nothing of the stack's config: it is without its {keys}"
