"""Parse an HTTP response of the API, or raise its error.

Only the body counts: the official client misses `Error` if the Content-Type has a charset.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import Unanswered
from ..redaction import redact_url, redact_urls
from .codes import error_class

if TYPE_CHECKING:
    import requests

_WARNING = re.compile(r'\b299 \S+ "((?:[^"\\]|\\.)*)"')
"""A Warning header's "miscellaneous persistent warning" (RFC 7234)."""

SECRET_PARAMETERS = frozenset({"AccessKey", "SecretKey", "PublishCdnParams", "PublishCdnUrl"})
"""Request parameters that are redacted: storage keys, and RTMP URLs, which contain stream keys."""


def read_response(action: str, response: requests.Response) -> dict[str, Any]:
    """The content of `Response`, a result or an error. Raises Unanswered if it has neither."""
    if response.status_code != 200:
        raise Unanswered(action, f"HTTP{response.status_code}", response.reason or "")
    try:
        content = dict(response.json()["Response"])
        error = content.get("Error")
        if "RequestId" in content and (
            error is None or (isinstance(error, dict) and "Code" in error)
        ):
            return content
    except (ValueError, KeyError, TypeError):
        pass
    raise unusable(action)


def result(action: str, body: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """The content of a response to the request `body`. Raises ApiError if it is an error."""
    error = content.get("Error")
    if error is None:
        return content
    code, message = str(error["Code"]), _scrub(str(error.get("Message", "")), body)
    raise error_class(code)(action, code, message, content["RequestId"], body.get("SdkAppId"))


def task_id_in(action: str, response: dict[str, Any]) -> str:
    """The TaskId of a response. Raises Unanswered if it is missing."""
    task_id = response.get("TaskId")
    if not isinstance(task_id, str) or not task_id:
        raise unusable(action)
    return task_id


def warnings_in(response: requests.Response) -> list[str]:
    """The texts of the Warning header, which the local service sends and TRTC does not."""
    texts = _WARNING.findall(response.headers.get("Warning", ""))
    return [re.sub(r"\\(.)", r"\1", text) for text in texts]


def unusable(action: str) -> Unanswered:
    """The error for a body that cannot be parsed."""
    return Unanswered(action, "NotJson", "the body is not a response of this API")


def _scrub(message: str, body: dict[str, Any]) -> str:
    """The service's message, as valid Unicode, without the request's secrets and those in URLs.

    DescribeWebRecord and StopWebRecord send no secrets, but their errors may quote URLs.
    """
    message = message.encode(errors="replace").decode()
    page = body.get("RecordUrl")
    if page:
        message = message.replace(page, redact_url(page))
    for secret in sorted(_secrets(body), key=len, reverse=True):
        message = message.replace(secret, "[secret]")
    return redact_urls(message)


def _secrets(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(item, name)
    elif name in SECRET_PARAMETERS and isinstance(value, str) and value:
        yield value
