"""HTTP requests and responses of the API, and the checks that every request has to pass."""

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
class Response:
    """An HTTP response. `headers` are those besides Content-Type."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cut:
    """Close the connection without a response."""


@dataclass(frozen=True)
class Hang:
    """Wait for `seconds`, then call `resume` to go on with the request."""

    seconds: float
    resume: Callable[[], Outcome]


Outcome = Response | Cut | Hang


def response(
    result: Mapping[str, Any] | ApiError, request_id: str, warning: str | None = None
) -> Response:
    """Returns the API's envelope around a result or an error; HTTP 200 for both.

    `warning` is sent as a Warning header; the vendor has none.
    """
    if isinstance(result, ApiError):
        result = {"Error": {"Code": result.code, "Message": result.message}}
    return Response(
        json.dumps({"Response": {**result, "RequestId": request_id}}).encode(),
        headers={"Warning": _warning_header(warning)} if warning else {},
    )


def admit(
    request: Request, accepted: Mapping[str, Credential], now: float
) -> tuple[str, dict[str, Any], Credential]:
    """Authenticate and check a request; return its action, parameters and credential.

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
    credential = authenticate(request.headers, request.body, accepted, now)
    if action not in ACTIONS:
        raise ApiError("InvalidAction", "The request with this Action is not found.")
    if version != VERSION:
        raise ApiError("NoSuchVersion", f"The version is not {VERSION}.")
    if not region:
        raise missing_parameter("Region")
    if region != REGION:
        raise ApiError("UnsupportedRegion", f"The only region of this API is {REGION}.")
    return action, _json_object(request), credential


def _warning_header(warning: str) -> str:
    """Returns the Warning header: code 299, persistent (RFC 7234). Non-ASCII becomes `?`."""
    text = " ".join(warning.split()).encode("ascii", "replace").decode()
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
