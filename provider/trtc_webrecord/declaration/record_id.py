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

PERIOD = 86_400
"""Seconds for which a declaration keeps its RecordIds: the longest that a task lives
(MaxDurationLimit). A task of the period before the last one cannot be running any more."""

TYPE = "trtc:WebRecording"
"""Stands in the digest for the URN's own type token, which differs between Pulumi's languages."""

READABLE_LENGTH = 12
DIGEST_LENGTH = 18
"""Characters of base32: 90 bits. With the readable part and a hyphen, 31 bytes at most."""


def period_of(unix_seconds: float) -> int:
    """The number of the period at a time of the service's clock; it changes at 00:00 UTC."""
    return int(unix_seconds // PERIOD)


def derive_record_id(
    *,
    namespace: str,
    urn: str,
    identity: dict[str, Any],
    triggers: list[Any],
    period: int,
    attempt: int,
) -> str:
    """The RecordId of a declaration's nth attempt in a period: at most 31 bytes of `[a-z0-9-]`.

    `namespace` separates stacks that share SdkAppId, project and name but not a state (URNs have no
    organization). `identity` is `StartWebRecordSpec.identity()`. `attempt` counts from 0 in each
    period; it goes up when the RecordId before it is already used.
    """
    *_, name = _parts(urn)
    meaning: dict[str, Any] = {
        "namespace": namespace,
        "urn": urn_in_any_language(urn),
        "spec": identity,
        "period": period,
    }
    if triggers:
        meaning["triggers"] = canonical(triggers)
    if attempt:
        meaning["attempt"] = attempt
    text = json.dumps(meaning, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    digest = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()
    readable = _readable(name)
    return f"{readable}-{digest[:DIGEST_LENGTH]}" if readable else digest[:DIGEST_LENGTH]


def urn_in_any_language(urn: str) -> str:
    """The URN with one type token, so that a recording keeps its RecordId in either resource."""
    return "::".join(_parts(urn))


def _parts(urn: str) -> tuple[str, str, str]:
    """Stack and project, the type with its parents, and the name, which may contain `::`."""
    scope, _, rest = urn.removeprefix("urn:pulumi:").partition("::")
    project, _, rest = rest.partition("::")
    types, _, name = rest.partition("::")
    parents, dollar, _ = types.rpartition("$")
    return f"{scope}::{project}", f"{parents}{dollar}{TYPE}", name


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
