"""Fields of a callback, read without trust in their types."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ..redaction import redact_urls
from .events import UploadedFile
from .secret_url import SecretUrl

MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MOST_DIGITS = 18


def members(value: Any) -> dict[str, Any]:
    """A JSON object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def text(value: Any) -> str:
    """A string that can be encoded; "" for anything else."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """An integer, which may be written as a string of digits; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value) if len(value) <= _MOST_DIGITS else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment(value: Any, unit: timedelta) -> datetime | None:
    """A time in `unit`s since 1970; None for anything else."""
    units = whole(value)
    try:
        return None if units is None else _EPOCH + units * unit
    except OverflowError:
        return None


def reason(payload: dict[str, Any]) -> str:
    """The first message of a Payload, without what is secret in URLs."""
    return redact_urls(_message(payload))


def relay_reason(payload: dict[str, Any], url: str) -> str:
    """The message of a relay's Payload, without its `url`, its stream and its stream's name."""
    stream = url.rpartition("/")[2]
    reason = _message(payload).replace(url, str(SecretUrl(url)))
    for secret in filter(None, (stream, stream.partition("?")[0])):
        reason = reason.replace(secret, "…")
    return redact_urls(reason)


def files(payload: dict[str, Any]) -> tuple[UploadedFile, ...]:
    """The files of 310 (FileMessage, else FileList) or 311 (TencentVod)."""
    listed = payload.get("FileMessage") or payload.get("TencentVod") or payload.get("FileList")
    each = listed if isinstance(listed, list) else [listed]
    found = (_file({"FileName": one} if isinstance(one, str) else members(one)) for one in each)
    return tuple(file for file in found if file.name or file.file_id)


def _message(payload: dict[str, Any]) -> str:
    messages = (text(payload.get(name)) for name in ("EventMessage", "ErrorMsg", "Errmsg"))
    return next(filter(None, messages), "")


def _file(of: dict[str, Any]) -> UploadedFile:
    url = text(of.get("VideoUrl"))
    return UploadedFile(
        name=text(of.get("FileName")) or text(of.get("CacheFile")),
        begun_at=moment(of.get("StartTimeStamp"), MILLISECOND),
        ended_at=moment(of.get("EndTimeStamp"), MILLISECOND),
        file_id=text(of.get("FileId")),
        url=SecretUrl(url) if url else None,
    )
