"""The signature of a request to a store: AWS Signature Version 4.

COS takes it as any S3-compatible store does. The requests have no body. Source: the page "Signature
Version 4 signing process" of Amazon S3, which encodes a path once.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import datetime, timezone
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

ALGORITHM = "AWS4-HMAC-SHA256"
NO_BODY = hashlib.sha256(b"").hexdigest()
DEFAULT_PORTS = {"http": 80, "https": 443}


class SigV4(AuthBase):
    """Signs a prepared request with a key pair; `clock` returns the time of signing (Unix s).

    `token` is that of a temporary key pair.
    """

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        region: str,
        token: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._region = region
        self._token = token
        self._clock = clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add Host, the digest of the body, time, token and Authorization to the headers."""
        now = datetime.fromtimestamp(self._clock(), timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        url = request.url or ""
        signed = {"host": _host(url), "x-amz-content-sha256": NO_BODY, "x-amz-date": now}
        if self._token:
            signed["x-amz-security-token"] = self._token
        request.headers.update(signed)
        scope = f"{now[:8]}/{self._region}/s3/aws4_request"
        signature = self._signature(request.method or "", url, signed, scope)
        request.headers["Authorization"] = (
            f"{ALGORITHM} Credential={self._access_key}/{scope}, "
            f"SignedHeaders={';'.join(signed)}, Signature={signature}"
        )
        return request

    def _signature(self, method: str, url: str, headers: dict[str, str], scope: str) -> str:
        parts = urlsplit(url)
        query = sorted(part.partition("=") for part in parts.query.split("&"))
        canonical_request = "\n".join(
            [
                method,
                parts.path,
                "&".join(f"{name}={value}" for name, _, value in query),
                "".join(f"{each}:{headers[each]}\n" for each in headers),
                ";".join(headers),
                NO_BODY,
            ]
        )
        digest = hashlib.sha256(canonical_request.encode()).hexdigest()
        to_sign = "\n".join([ALGORITHM, headers["x-amz-date"], scope, digest])
        key = f"AWS4{self._secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def _host(url: str) -> str:
    """The host as a client sends it: with the port if that is not the scheme's own."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.port == DEFAULT_PORTS.get(parts.scheme):
        host = host.removesuffix(f":{parts.port}")
    return host
