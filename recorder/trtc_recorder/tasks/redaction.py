"""Redaction of storage keys, stream keys and page tokens before a request is stored or logged."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from trtc_webrecord.declaration.spec import StartWebRecordRequest

STORAGE_KEYS = frozenset({"access_key", "secret_key"})


def without_storage_keys(request: StartWebRecordRequest) -> StartWebRecordRequest:
    """Returns the request without its storage keys."""
    storage = request.storage_params.cloud_storage
    if storage is None:
        return request
    keyless = storage.model_copy(update=dict.fromkeys(STORAGE_KEYS))
    params = request.storage_params.model_copy(update={"cloud_storage": keyless})
    return request.model_copy(update={"storage_params": params})


def redacted(request: StartWebRecordRequest) -> dict[str, Any]:
    """Returns the request as JSON by API names, without secrets."""
    body = without_storage_keys(request).model_dump(
        by_alias=True, exclude_unset=True, exclude_none=True
    )
    body["RecordUrl"] = page_url(request.record_url)
    for target in body.get("PublishCdnParams", []):
        target["PublishCdnUrl"] = origin(target["PublishCdnUrl"])
    return body


def page_url(url: str) -> str:
    """`url` without user info, query and fragment."""
    return origin(url) + urlsplit(url).path


def origin(url: str) -> str:
    """Returns scheme, host and port of `url`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
