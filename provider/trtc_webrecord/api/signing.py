"""The TC3-HMAC-SHA256 signature. Source: the vendor's page "Signature v3"."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import datetime, timezone
from io import BytesIO
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from .key_pair import Credential

ALGORITHM = "TC3-HMAC-SHA256"
SIGNED_HEADERS = ("content-type", "host")
"""Exactly what the official clients sign."""


def signature(
    secret_key: str, service: str, timestamp: int, headers: dict[str, str], body: bytes
) -> str:
    """The hex signature of a POST to `/`.

    `timestamp` is in Unix seconds; its UTC date is part of the key. `headers` are the signed
    headers by lower-case name, with their values as sent.
    """
    names = sorted(headers)
    canonical_request = "\n".join(
        [
            "POST",
            "/",
            "",
            "".join(f"{name}:{headers[name].strip()}\n" for name in names),
            ";".join(names),
            hashlib.sha256(body).hexdigest(),
        ]
    )
    date = utc_date(timestamp)
    string_to_sign = "\n".join(
        [
            ALGORITHM,
            str(timestamp),
            f"{date}/{service}/tc3_request",
            hashlib.sha256(canonical_request.encode()).hexdigest(),
        ]
    )
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, string_to_sign.encode(), hashlib.sha256).hexdigest()


def utc_date(timestamp: int) -> str:
    """The UTC date of a Unix time, as `YYYY-MM-DD`."""
    return datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")


class TC3Auth(AuthBase):
    """Signs a prepared request with a credential; `clock` returns the timestamp (Unix s)."""

    def __init__(
        self, credential: Credential, service: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._credential = credential
        self._service = service
        self._clock = clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the time, the token, Host and Authorization to the request's headers."""
        timestamp = int(self._clock())
        headers = request.headers
        headers["Host"] = urlsplit(request.url or "").netloc.rpartition("@")[2]
        headers["X-TC-Timestamp"] = str(timestamp)
        if self._credential.token:
            headers["X-TC-Token"] = self._credential.token
        body = request.body or b""
        if isinstance(body, BytesIO):
            body = body.getvalue()
        signed = signature(
            self._credential.secret_key,
            self._service,
            timestamp,
            {name: headers[name] for name in SIGNED_HEADERS},
            body.encode() if isinstance(body, str) else body,
        )
        scope = f"{self._credential.secret_id}/{utc_date(timestamp)}/{self._service}/tc3_request"
        headers["Authorization"] = (
            f"{ALGORITHM} Credential={scope}, "
            f"SignedHeaders={';'.join(SIGNED_HEADERS)}, Signature={signed}"
        )
        return request
