from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

KEY = "5T1kMuR6eI8Ix2sRZRaw"
SENT, HAPPENED = 1622186275913, 1622186275757


def body(group: Any, number: Any, payload: Any, **info: Any) -> bytes:
    """A callback of task-1; `info` changes the EventInfo."""
    told = {"EventMsTs": HAPPENED, "TaskId": "task-1", "Payload": payload, **info}
    return json.dumps(
        {"EventGroupId": group, "EventType": number, "CallbackTs": SENT, "EventInfo": told}
    ).encode()


def page(number: int, status: int, message: str = "Success") -> bytes:
    """A callback of a page recording."""
    return body(8, number, {"Status": status, "EventMessage": message})


def sign(raw: bytes, key: str = KEY) -> str:
    """The header Sign."""
    return base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest()).decode()


def headers(raw: bytes, key: str = KEY) -> dict[str, str]:
    """The headers of a callback."""
    signed = {"Sign": sign(raw, key), "SdkAppId": "1600011111"}
    return {"Content-Type": "application/json", **signed}
