"""A local service for each test, and the official client and a raw one to talk to it."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

import pytest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trtc.v20190722.trtc_client import TrtcClient
from trtc_recorder.testing import (
    SECRET_ID,
    SECRET_KEY,
    Recorder,
    RunningService,
    local_settings,
    running_service,
)

SDK_APP_ID = 1600011111


def pytest_configure(config: pytest.Config) -> None:
    """The official client signs with a call that newer Pythons deprecate."""
    config.addinivalue_line(
        "filterwarnings",
        "ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning:"
        "tencentcloud.common.abstract_client",
    )


@pytest.fixture(scope="session")
def running() -> Iterator[RunningService]:
    with running_service(local_settings(visible_after=0, requests_per_second=0)) as service:
        yield service


@pytest.fixture
def recorder(running: RunningService) -> RunningService:
    """A service like new, whose tasks show at once and whose requests are not limited."""
    running.reset()
    return running


@pytest.fixture
def official() -> Callable[..., Any]:
    """The official client for a service: `official(recorder)`."""

    def client(
        recorder: Recorder,
        *,
        secret_id: str = SECRET_ID,
        secret_key: str = SECRET_KEY,
        token: str | None = None,
        region: str = "ap-singapore",
        version: str = "2019-07-22",
        service: str = "trtc",
        unsigned_payload: bool = False,
    ) -> Any:
        profile = ClientProfile(
            httpProfile=HttpProfile(protocol="http", endpoint=urlsplit(recorder.endpoint).netloc),
        )
        credential = Credential(secret_id, secret_key, token)
        if (version, service) == ("2019-07-22", "trtc"):
            return TrtcClient(credential, region, profile)
        return CommonClient(service, version, credential, region, profile)

    return client


@pytest.fixture
def call(recorder: RunningService, official: Callable[..., Any]) -> Callable[..., Any]:
    """Call an action with the official client: its response, or its error's code."""
    client = official(recorder)

    def call(action: str, **parameters: Any) -> Any:
        try:
            return client.call_json(action, parameters)["Response"]
        except TencentCloudSDKException as error:
            return error.get_code()

    return call


@pytest.fixture
def start_body() -> Callable[..., dict[str, Any]]:
    """A body of StartWebRecord that is right, with some of its parameters changed."""

    def body(**changes: Any) -> dict[str, Any]:
        return {
            "RecordUrl": "https://example.com/lobby",
            "SdkAppId": SDK_APP_ID,
            "StorageParams": {
                "CloudStorage": {
                    "Vendor": 0,
                    "Region": "ap-singapore",
                    "Bucket": "recordings-1250000000",
                    "AccessKey": "AKIDstorage",
                    "SecretKey": "storage-secret",
                }
            },
            **changes,
        }

    return body


@pytest.fixture
def raw() -> Callable[..., tuple[int, http.client.HTTPMessage, bytes]]:
    """One HTTP request, all of it in the test's hands: status, headers and body of the response."""

    def send(
        recorder: Recorder,
        method: str = "POST",
        path: str = "/",
        headers: dict[str, str] | None = None,
        body: bytes | str = b"",
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(urlsplit(recorder.endpoint).netloc, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    return send


@pytest.fixture
def signed() -> Callable[..., dict[str, str]]:
    """The headers of a signed request, computed by the letter of the vendor's page."""

    def headers(
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
        timestamp = int(recorder.now()) if timestamp is None else timestamp
        sent = {
            "Host": urlsplit(recorder.endpoint).netloc,
            "Content-Type": content_type,
            "X-TC-Action": action,
            "X-TC-Version": "2019-07-22",
            "X-TC-Region": "ap-singapore",
            "X-TC-Timestamp": str(timestamp),
            **more,
        }
        values = {name.lower(): value for name, value in sent.items()}
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
        sent["Authorization"] = (
            f"TC3-HMAC-SHA256 Credential={SECRET_ID}/{scope}, "
            f"SignedHeaders={signed_headers}, Signature={signature}"
        )
        return sent

    return headers


@pytest.fixture
def sent(signed: Callable[..., dict[str, str]]) -> Callable[..., socket.socket]:
    """A connection on which a signed request has just been sent: `sent(recorder, body, …)`."""

    def send(recorder: Recorder, body: bytes, **signing: Any) -> socket.socket:
        address = urlsplit(recorder.endpoint)
        connection = socket.create_connection((address.hostname, address.port or 80), timeout=5)
        headers = {**signed(recorder, body, **signing), "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode() + body)
        return connection

    return send


@pytest.fixture
def error_code() -> Callable[[bytes], str]:
    """The code of an API error as it came over HTTP."""

    def code(body: bytes) -> str:
        return str(json.loads(body)["Response"]["Error"]["Code"])

    return code
