"""Requests and answers as they are on the wire, and what is asked of every request alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import ApiError, missing_parameter
from .authentication import Credential, authenticate

ACTIONS = ("StartWebRecord", "DescribeWebRecord", "StopWebRecord")
VERSION = "2019-07-22"
REGION = "ap-singapore"
MAX_BODY = 10 * 1024 * 1024
"""Bytes; the API's limit for TC3-signed requests."""


@dataclass(frozen=True)
class Request:
    """A request to `/`. `headers` are by lower-case name, with the values as they were sent."""

    method: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP. `headers` are further ones."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """The connection is to be closed without an answer."""


@dataclass(frozen=True)
class Hang:
    """Nothing is to happen for `seconds`; then `resume` goes on with the call."""

    seconds: float
    resume: Callable[[], Outcome]


Outcome = Answer | Cut | Hang


def answer(
    result: Mapping[str, Any] | ApiError, request_id: str, notice: str | None = None
) -> Answer:
    """The API's envelope around a result or an error; HTTP 200 for both.

    `notice` is what people are to know beside it; the vendor has nothing like that.
    """
    if isinstance(result, ApiError):
        result = {"Error": {"Code": result.code, "Message": result.message}}
    return Answer(
        json.dumps({"Response": {**result, "RequestId": request_id}}).encode(),
        headers={"Warning": _warning(notice)} if notice else {},
    )


def admit(
    request: Request, accepted: Mapping[str, Credential], now: float
) -> tuple[str, dict[str, Any]]:
    """The action and the parameters of a request, once it is found authentic and well-formed.

    `accepted` are the credentials by SecretId; `now` is Unix seconds. Raises ApiError with one of
    the API's common codes.
    """
    if request.method != "POST":
        raise ApiError("UnsupportedProtocol", "Only POST requests with a JSON body are served.")
    if len(request.body) > MAX_BODY:
        raise ApiError("RequestSizeLimitExceeded", "The request is larger than 10 MB.")
    action, version, region = (
        request.headers.get(f"x-tc-{name}", "") for name in ("action", "version", "region")
    )
    for name, value in (("Action", action), ("Version", version)):
        if not value:
            raise missing_parameter(name)
    authenticate(request.headers, request.body, accepted, now)
    if action not in ACTIONS:
        raise ApiError("InvalidAction", "The request with this Action is not found.")
    if version != VERSION:
        raise ApiError("NoSuchVersion", f"The version is not {VERSION}.")
    if not region:
        raise missing_parameter("Region")
    if region != REGION:
        raise ApiError("UnsupportedRegion", f"The only region of this API is {REGION}.")
    return action, _json_object(request)


def _warning(notice: str) -> str:
    """A miscellaneous persistent warning (RFC 7234); what is not ASCII becomes a question mark."""
    text = " ".join(notice.split()).encode("ascii", "replace").decode()
    quoted = text.replace("\\", r"\\").replace('"', r"\"")
    return f'299 - "{quoted}"'


def _json_object(request: Request) -> dict[str, Any]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ApiError("InvalidRequest", "The Content-Type is not application/json.")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ApiError("InvalidRequest", "The request body is not a JSON object.")
    return body
