"""The stack's `trtc:` keys, which an explicit provider does not inherit."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..declaration.declaration import declared_name
from ..declaration.names import NAMESPACE
from ..pulumi_state import is_default_provider
from .properties import Json

CREDENTIALS = {
    "secretId",
    "secretKey",
    "securityToken",
    "profile",
    "sharedCredentialsDir",
    "assumeRole",
    "assumeRoleWithWebIdentity",
}


def not_inherited(urn: str, inputs: Json, environment: Mapping[str, str]) -> str | None:
    """Which of the stack's keys an explicit provider lacks; credentials only if it has none.

    The engine passes every plugin the stack's keys of its namespace in PULUMI_CONFIG.
    """
    stack = json.loads(environment.get("PULUMI_CONFIG") or "{}")
    replaced = CREDENTIALS if CREDENTIALS & inputs.keys() else set()
    keys = ", ".join(
        f"{NAMESPACE}:{key}" for key in sorted(stack.keys() - inputs.keys() - replaced)
    )
    if not keys or is_default_provider(urn):
        return None
    name = declared_name({"resource_urn": urn})
    return f"provider {name!r} inherits nothing of the stack's config: it is without its {keys}"
