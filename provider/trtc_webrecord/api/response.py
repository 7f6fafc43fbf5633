"""An HTTP answer of the API as what it holds, or as the error that it stands for.

The official client overlooks `Error` where the Content-Type has a charset; this looks at the body
alone.
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

_NOTICE = re.compile(r'\b299 \S+ "((?:[^"\\]|\\.)*)"')
"""A Warning header's "miscellaneous persistent warning" (RFC 7234)."""

SECRET_PARAMETERS = frozenset({"AccessKey", "SecretKey", "PublishCdnParams", "PublishCdnUrl"})
"""Parameters of a request whose value is never shown: storage keys, and RTMP URLs, which carry
stream keys."""


def read_answer(action: str, body: dict[str, Any], response: requests.Response) -> dict[str, Any]:
    """What `Response` holds. Raises the ApiError that the answer stands for."""
    if response.status_code != 200:
        raise Unanswered(action, f"HTTP{response.status_code}", response.reason or "")
    try:
        answer = response.json()["Response"]
        error = answer.get("Error")
        request_id = answer["RequestId"]
        if error is None:
            return dict(answer)
        code, message = str(error["Code"]), str(error.get("Message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise unusable(action) from None
    raise error_class(code)(action, code, _scrub(message, body), request_id)


def task_id_in(action: str, answer: dict[str, Any]) -> str:
    """The TaskId of an answer that must have one."""
    task_id = answer.get("TaskId")
    if not isinstance(task_id, str) or not task_id:
        raise unusable(action)
    return task_id


def notices_in(response: requests.Response) -> list[str]:
    """What the service has people told beside its answer; the vendor's says nothing."""
    texts = _NOTICE.findall(response.headers.get("Warning", ""))
    return [re.sub(r"\\(.)", r"\1", text) for text in texts]


def unusable(action: str) -> Unanswered:
    """The error for a body that nothing can be learnt from."""
    return Unanswered(action, "NotJson", "the body is not an answer of this API")


def _scrub(message: str, body: dict[str, Any]) -> str:
    """The service's message without any secret that it may quote.

    Only a start names secrets; the answer about its task may quote them all the same, in URLs.
    """
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
