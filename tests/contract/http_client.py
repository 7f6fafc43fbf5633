"""Requests by hand: their body, their signature, and the raw response."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder

HTTPResponse = tuple[int, http.client.HTTPMessage, bytes]
"""Status, headers and body."""

UNKNOWN_TASK = b'{"TaskId": "unknown"}'


def raw(
    recorder: Recorder,
    method: str = "POST",
    path: str = "/",
    headers: dict[str, str] | None = None,
    body: bytes | str = b"",
) -> HTTPResponse:
    """Send one HTTP request: status, headers and body of the response."""
    connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def signed(
    recorder: Recorder,
    body: bytes,
    *,
    action: str = "DescribeWebRecord",
    timestamp: int | None = None,
    signed_headers: str = "content-type;host",
    lower_case_values: bool = False,
    secret_key: str = SECRET_KEY,
    service: str = "trtc",
    date: str | None = None,
    content_type: str = "application/json",
    signed_host: str | None = None,
    **more: str,
) -> dict[str, str]:
    """The headers of a signed request, computed by the letter of the vendor's page."""
    timestamp = int(recorder.now()) if timestamp is None else timestamp
    headers = {
        "Host": urlsplit(recorder.endpoint).netloc,
        "Content-Type": content_type,
        "X-TC-Action": action,
        "X-TC-Version": "2019-07-22",
        "X-TC-Region": "ap-singapore",
        "X-TC-Timestamp": str(timestamp),
        **more,
    }
    values = {name.lower(): value for name, value in headers.items()}
    values["host"] = signed_host or values["host"]
    if lower_case_values:
        values = {name: value.lower() for name, value in values.items()}
    canonical_headers = "".join(f"{n}:{values.get(n, '')}\n" for n in signed_headers.split(";"))
    body_hash = hashlib.sha256(body).hexdigest()
    canonical = f"POST\n/\n\n{canonical_headers}\n{signed_headers}\n{body_hash}"
    date = date or datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/tc3_request"
    canonical_hash = hashlib.sha256(canonical.encode()).hexdigest()
    key = ("TC3" + secret_key).encode()
    for part in (date, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{canonical_hash}"
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={SECRET_ID}/{scope}, SignedHeaders={signed_headers}"
    headers["Authorization"] = f"TC3-HMAC-SHA256 {credential}, Signature={signature}"
    return headers


def sent(recorder: Recorder, body: bytes, **signing: Any) -> socket.socket:
    """A connection on which a signed request has just been sent."""
    address = urlsplit(recorder.endpoint)
    connection = socket.create_connection((address.hostname, address.port or 80), timeout=5)
    headers = {**signed(recorder, body, **signing), "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode() + body)
    return connection


def post(recorder: Recorder, body: bytes, **signing: Any) -> HTTPResponse:
    """Send a signed request: status, headers and body of the response."""
    return raw(recorder, headers=signed(recorder, body, **signing), body=body)


def error_code(body: bytes) -> str:
    return str(json.loads(body)["Response"]["Error"]["Code"])
