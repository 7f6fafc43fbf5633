"""Verifies TC3-HMAC-SHA256 signatures. Source: the vendor's page "Signature v3"."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from ..errors import ApiError, missing_parameter

MAX_SKEW = 300
"""Seconds between the signature's timestamp and the service's clock."""

SERVICE = "trtc"

VENDOR = ".tencentcloudapi.com"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_PORT = re.compile(r":\d+$")
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256\s+"
    r"Credential=(?P<secret_id>[^/,\s]+)/(?P<date>\d{4}-\d{2}-\d{2})/(?P<service>[^/,\s]+)/tc3_request,\s*"
    r"SignedHeaders=(?P<signed_headers>[^,\s]+),\s*"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Credential:
    """A key pair that the service accepts.

    Temporary ones have a `token` and `expires_at`, in Unix seconds of the service's clock.
    `sdk_app_ids` are the applications of its account; None: all.
    """

    secret_id: str
    secret_key: str
    token: str | None = None
    expires_at: float | None = None
    sdk_app_ids: frozenset[int] | None = None

    def owns(self, sdk_app_id: int) -> bool:
        """Whether an application belongs to its account."""
        return self.sdk_app_ids is None or sdk_app_id in self.sdk_app_ids

    def __repr__(self) -> str:
        return f"Credential({self.secret_id!r})"


@dataclass(frozen=True)
class Authorization:
    """The parsed Authorization header."""

    secret_id: str
    date: str
    service: str
    signed_headers: str
    signature: str


def parse_authorization(value: str) -> Authorization:
    """Parse the header. Raises `AuthFailure.InvalidAuthorization` if it is not valid TC3."""
    match = _AUTHORIZATION.fullmatch(value.strip())
    if match is None:
        raise _malformed("The Authorization header does not follow TC3-HMAC-SHA256.")
    parsed = Authorization(**match.groupdict())
    for name in ("content-type", "host"):
        if name not in parsed.signed_headers.split(";"):
            raise _malformed(f"`{name}` is not among SignedHeaders.")
    return parsed


def authenticate(
    headers: Mapping[str, str], body: bytes, accepted: Mapping[str, Credential], now: float
) -> Credential:
    """Check that a POST to `/` was signed by an accepted credential, and return that.

    `headers` are the request's, by lower-case name, with the values as they were sent; `accepted`
    are the credentials by SecretId; `now` is in Unix seconds. With `X-TC-Content-SHA256:
    UNSIGNED-PAYLOAD` the signature does not cover the body. Raises ApiError: `MissingParameter`,
    `AuthFailure.*`, or `NoSuchProduct` when it was signed for another service.
    """
    timestamp = _timestamp(headers)
    authorization = parse_authorization(_required(headers, "authorization", "Authorization"))
    if abs(now - timestamp) > MAX_SKEW:
        raise ApiError(
            "AuthFailure.SignatureExpire",
            f"The signature has expired: X-TC-Timestamp is more than {MAX_SKEW} seconds off.",
        )
    credential = accepted.get(authorization.secret_id)
    if credential is None:
        raise ApiError("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    _check_token(credential, headers.get("x-tc-token"), now)
    unsigned = headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD
    payload = UNSIGNED_PAYLOAD.encode() if unsigned else body
    if authorization.date != utc_date(timestamp) or not any(
        hmac.compare_digest(
            authorization.signature,
            signature(credential.secret_key, timestamp, authorization, signed, payload),
        )
        for signed in _signed_values(authorization, headers)
    ):
        raise ApiError(
            "AuthFailure.SignatureFailure",
            "The provided credentials could not be validated. Please check your signature.",
        )
    if authorization.service not in (SERVICE, _service_of(headers.get("host", ""))):
        raise ApiError("NoSuchProduct", "The request was signed for another product.")
    return credential


def signature(
    secret_key: str,
    timestamp: int,
    authorization: Authorization,
    signed: Mapping[str, str],
    payload: bytes,
) -> str:
    """Returns the hex signature that `authorization` should carry.

    `timestamp` is in Unix seconds; `signed` are the signed headers' values by lower-case name;
    `payload` is the body, or `UNSIGNED-PAYLOAD`.
    """
    canonical_headers = "".join(
        f"{name}:{signed[name].strip()}\n" for name in authorization.signed_headers.split(";")
    )
    digest = hashlib.sha256(payload).hexdigest()
    canonical_request = f"POST\n/\n\n{canonical_headers}\n{authorization.signed_headers}\n{digest}"
    scope = f"{authorization.date}/{authorization.service}/tc3_request"
    hashed = hashlib.sha256(canonical_request.encode()).hexdigest()
    key = f"TC3{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def utc_date(timestamp: int) -> str:
    """Returns the UTC date of a Unix time, as `YYYY-MM-DD`."""
    return datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")


def _signed_values(
    authorization: Authorization, headers: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Returns the signed values as clients differ in them.

    As sent, or all in lower case (the vendor's samples); and `host` with its port, or without it
    (the official Node.js client).
    """
    names = authorization.signed_headers.split(";")
    as_sent = {name: headers.get(name, "") for name in names}
    for host in dict.fromkeys((as_sent["host"], _PORT.sub("", as_sent["host"]))):
        values = {**as_sent, "host": host}
        yield values
        yield {name: value.lower() for name, value in values.items()}


def _service_of(host: str) -> str:
    """Returns the service that the official Node.js client derives from a host: `127` of 127.0.0.1.

    At the vendor's own hosts the first label is the service that is meant.
    """
    return SERVICE if host.endswith(VENDOR) else host.split(".")[0]


def _check_token(credential: Credential, token: str | None, now: float) -> None:
    expired = credential.expires_at is not None and now >= credential.expires_at
    if expired or (credential.token or "") != (token or ""):
        raise ApiError("AuthFailure.TokenFailure", "The token is invalid or has expired.")


def _timestamp(headers: Mapping[str, str]) -> int:
    value = _required(headers, "x-tc-timestamp", "Timestamp")
    if not re.fullmatch(r"\d{1,11}", value):
        raise ApiError(
            "InvalidParameter",
            "The value type of parameter `Timestamp` is not valid, input type should be `integer`.",
        )
    return int(value)


def _required(headers: Mapping[str, str], header: str, parameter: str) -> str:
    value = headers.get(header, "")
    if not value:
        raise missing_parameter(parameter)
    return value


def _malformed(why: str) -> ApiError:
    return ApiError("AuthFailure.InvalidAuthorization", why)
