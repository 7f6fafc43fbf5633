"""Derives a declaration's RecordId, the same on every machine.

The result must never change: another RecordId for the same declaration would start a second
recording. Tests compare it with known values.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

READABLE_LENGTH = 12
DIGEST_LENGTH = 18
"""Characters of base32: 90 bits. With the readable part and a hyphen, 31 bytes at most."""


def derive_record_id(
    *, namespace: str, urn: str, identity: dict[str, Any], triggers: list[Any], attempt: int
) -> str:
    """The RecordId of a declaration's nth attempt: at most 31 bytes of `[a-z0-9-]`.

    `namespace` separates stacks that share SdkAppId, project and name but not a state (URNs have no
    organization). `identity` is `StartWebRecordSpec.identity()`. `attempt` counts from 0; it
    goes up when the RecordId before it is already used.
    """
    meaning: dict[str, Any] = {"namespace": namespace, "urn": urn, "spec": identity}
    if triggers:
        meaning["triggers"] = canonical(triggers)
    if attempt:
        meaning["attempt"] = attempt
    text = json.dumps(meaning, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    digest = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()
    readable = _readable(urn.rsplit("::", 1)[-1])
    return f"{readable}-{digest[:DIGEST_LENGTH]}" if readable else digest[:DIGEST_LENGTH]


def canonical(value: Any) -> Any:
    """The same JSON value with whole floats as integers: Pulumi delivers all numbers as floats."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [canonical(item) for item in value]
    if isinstance(value, dict):
        return {key: canonical(item) for key, item in value.items()}
    return value


def _readable(name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return slug[:READABLE_LENGTH].rstrip("-")
