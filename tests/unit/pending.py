"""A stack's export with the operations that an interrupted run left pending."""

from __future__ import annotations

import json
from typing import Any

from unit.declared import URN

TYPE = "pulumi-python:dynamic/trtc:WebRecording"
SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def secret(value: object) -> dict[str, str]:
    return {**SIGNATURE, "plaintext": json.dumps(value)}


def encrypted() -> dict[str, str]:
    return {**SIGNATURE, "ciphertext": "v1:abc"}


def creating(inputs: dict[str, Any], **changes: str) -> dict[str, Any]:
    resource = {"urn": URN, "type": TYPE, "inputs": {**inputs, "__provider": "pickle"}, **changes}
    return {"type": "creating", "resource": resource}


def export(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"deployment": {"pending_operations": list(operations)}}
