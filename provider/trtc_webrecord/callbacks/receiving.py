"""From the request to the event."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from pydantic import SecretBytes

from ..errors import Malformed, OutsideTolerance
from . import events
from .events import Event, RelayState
from .fields import MILLISECOND, files, members, moment, reason, relay_reason, text, whole
from .secret_url import SecretUrl
from .signature import verify

MOST_BYTES = 2**20
"""Bytes of a body at the most. A list of 1440 files, one for each minute of a day, has 0.4 MB."""

FILES, RELAY, PAGE = 3, 4, 8
"""The event groups."""

_EVENTS: dict[tuple[int, int, int], type[Event]] = {
    (PAGE, 801, 1): events.Started,
    (PAGE, 801, 2): events.Failed,
    (PAGE, 801, 3): events.Interrupted,
    (PAGE, 801, 4): events.Migrated,
    (PAGE, 801, 5): events.Failed,
    (PAGE, 802, 1): events.Ended,
    (PAGE, 803, 1): events.PageRefreshed,
    (PAGE, 803, 2): events.Paused,
    (PAGE, 803, 3): events.Resumed,
    (PAGE, 804, 1): events.LimitReached,
    (PAGE, 804, 2): events.LimitReached,
    (FILES, 305, 0): events.AllUploaded,
    (FILES, 305, 1): events.UploadFailed,
    (FILES, 305, 2): events.AllUploaded,
    (FILES, 310, 0): events.Uploaded,
    (FILES, 310, 1): events.UploadFailed,
    (FILES, 310, 2): events.UploadFailed,
    (FILES, 311, 0): events.Uploaded,
    (FILES, 311, 1): events.UploadFailed,
    (FILES, 311, 2): events.UploadFailed,
    (FILES, 312, 0): events.AllUploaded,
    (FILES, 312, 1): events.UploadFailed,
    **{(RELAY, 401, state.value): events.RelayChanged for state in RelayState},
}

_PAGE_NOT_OPENED = re.compile("(Goto url|Page load) timeout", re.IGNORECASE)
_SUFFIX = re.compile(r"_StartTimeMs_\d+\Z", re.ASCII)


def receive(
    headers: Mapping[str, str], body: bytes, *keys: str, tolerance: float | None = None
) -> Event:
    """Verify a callback and return its event.

    `headers` are the request's, in any case; `body` is the raw body; `keys` are the callback keys
    that are accepted; `tolerance` is by how many seconds `sent_at` may differ from this host's
    clock, any number by default. Raises what `verify` and `parse` do, and `OutsideTolerance`.
    """
    _check_size(body)
    verify(body, _header(headers, "sign"), *keys)
    event = parse(headers, body)
    age = (datetime.now(timezone.utc) - event.sent_at).total_seconds()
    if tolerance is not None and not abs(age) <= tolerance:
        raise OutsideTolerance(
            f"the callback is {age:.0f} s old by this host's clock, and at most {tolerance:g} s "
            "are accepted: either it is an old one that was posted again, or the clock is wrong"
        )
    return event


def parse(headers: Mapping[str, str], body: bytes) -> Event:
    """The event of a callback whose signature is verified, or which has none.

    What this version does not know is an `UnknownEvent`. Raises `Malformed` if the body is no
    callback: not a JSON object with EventGroupId, EventType, CallbackTs (Unix ms) and EventInfo, or
    longer than MOST_BYTES.
    """
    _check_size(body)
    message, digest = _read(body)
    group, number = whole(message.get("EventGroupId")), whole(message.get("EventType"))
    sent_at = moment(message.get("CallbackTs"), MILLISECOND)
    info = message.get("EventInfo")
    if group is None or number is None or sent_at is None or not isinstance(info, dict):
        raise Malformed(
            "the callback's body lacks an EventGroupId, EventType, CallbackTs or EventInfo"
        )
    payload = members(info.get("Payload"))
    status = whole(payload.get("Status", payload.get("LeaveCode")))
    happened_at = (
        moment(info.get("EventMsTs"), MILLISECOND)
        or moment(info.get("EventTsMs"), MILLISECOND)  # so in the example of the relay's page
        or moment(info.get("EventTs"), timedelta(seconds=1))
        or sent_at
    )
    common: dict[str, Any] = {
        "sdk_app_id": whole(_header(headers, "sdkappid")),
        "task_id": _task_id(info.get("TaskId")),
        "happened_at": happened_at,
        "sent_at": sent_at,
        "group": group,
        "type": number,
        "status": status,
        "reason": reason(payload),
        "id": digest,
    }
    return _known(common, payload) or events.UnknownEvent(**common, body=SecretBytes(bytes(body)))


def _known(common: dict[str, Any], payload: dict[str, Any]) -> Event | None:
    """The typed event; None if its kind is not known, or its form is not that of its kind."""
    kind = _EVENTS.get((common["group"], common["type"], common["status"]))
    if kind is None or not common["task_id"]:
        return None
    if kind is events.Failed and _PAGE_NOT_OPENED.match(common["reason"]):
        return events.PageNotOpened(**common)
    if kind is events.LimitReached:
        return kind(**common, limit="duration" if common["status"] == 1 else "resolution")
    if kind is events.RelayChanged:
        return _relay(common, payload)
    if kind in (events.Uploaded, events.UploadFailed):
        return kind(**common, files=files(payload))
    return kind(**common)


def _relay(common: dict[str, Any], payload: dict[str, Any]) -> Event | None:
    url = text(payload.get("Url"))
    if not url:
        return None
    return events.RelayChanged(
        **{**common, "reason": relay_reason(payload, url)},
        state=RelayState(common["status"]),
        url=SecretUrl(url),
        error_code=whole(payload.get("ErrorCode")),
    )


def _read(body: bytes) -> tuple[dict[str, Any], str]:
    """The message, and the digest that is its event's id. Nothing of the body is in the error."""
    try:
        message = json.loads(bytes(body))
        if isinstance(message, dict):
            lasting = {name: value for name, value in message.items() if name != "CallbackTs"}
            canonical = json.dumps(lasting, sort_keys=True).encode()
            return message, hashlib.sha256(canonical).hexdigest()
    except (ValueError, RecursionError):
        pass
    raise Malformed("the callback's body is no JSON object")


def _check_size(body: bytes) -> None:
    if len(body) > MOST_BYTES:
        raise Malformed(f"the callback's body has more than {MOST_BYTES} bytes")


def _task_id(value: Any) -> str:
    return _SUFFIX.sub("", text(str(value) if whole(value) is not None else value))


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)
