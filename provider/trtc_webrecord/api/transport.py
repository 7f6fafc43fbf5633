"""Signed POST requests: connections, timeouts, and the error for each network failure.

What a failure means depends on the phase of the request and not on the exception: `requests` raises
`SSLError` and `ProxyError` also while a response is read.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import exceptions as urllib3_errors

from ..errors import ConfigError, NotSent, Unanswered, Untrusted
from .key_pair import Credential
from .response import unusable
from .signing import TC3Auth

SERVICE = "trtc"
VERSION = "2019-07-22"
CONNECT_TIMEOUT = 5.0
"""Seconds."""


class Transport:
    """A thread-safe connection pool.

    `endpoint` is a URL, `timeout` the read timeout (s), `adapter` sends the requests (HTTP by
    default).
    """

    def __init__(
        self, endpoint: str, region: str, timeout: float, adapter: BaseAdapter | None = None
    ) -> None:
        self._endpoint = endpoint
        self._region = region
        self._timeout = timeout
        self._session = requests.Session()
        self._session.mount(endpoint, adapter or HTTPAdapter(pool_maxsize=64))

    def post(
        self,
        action: str,
        body: dict[str, Any],
        credential: Credential,
        signing_time: Callable[[], float],
    ) -> requests.Response:
        """The response, whatever its status.

        Raises NotSent if the connection failed before the body was sent, Untrusted if that was for
        the service's certificate, Unanswered if anything failed later, and ConfigError for an
        invalid URL or header, or if there is no file with the trusted certificates.
        """
        content = _Body(json.dumps(body).encode())
        try:
            return self._session.post(
                self._endpoint,
                data=content,
                headers={
                    "Content-Type": "application/json",
                    "X-TC-Action": action,
                    "X-TC-Version": VERSION,
                    "X-TC-Region": self._region,
                    "X-TC-Language": "en-US",
                },
                auth=TC3Auth(credential, SERVICE, signing_time),
                timeout=(CONNECT_TIMEOUT, self._timeout),
                allow_redirects=False,
            )
        except OSError as error:  # every RequestException is one
            raise self._failure(action, error, content.is_sent) from None

    def _failure(self, action: str, error: OSError, is_sent: bool) -> Exception:
        host = urlsplit(self._endpoint).netloc
        if not is_sent:
            if isinstance(error, ValueError):  # an invalid URL or header
                return ConfigError(f"{action} cannot be sent to {host}: {type(error).__name__}")
            if not isinstance(error, requests.RequestException):  # no file of certificates
                return ConfigError(f"{action} cannot be sent to {host}: {error}")
            if untrusted := certificate_error(error):
                detail = f"the certificate of {host} is not trusted: {untrusted.verify_message}"
                return Untrusted(action, type(untrusted).__name__, detail)
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            known = isinstance(reason, urllib3_errors.NewConnectionError)
            return NotSent(action, type(reason if known else error).__name__, host)
        if isinstance(error, requests.Timeout):
            return Unanswered(action, "Timeout", f"{host} sent no response in {self._timeout:g} s")
        if isinstance(error, requests.exceptions.ContentDecodingError):
            return unusable(action)
        return Unanswered(action, "ConnectionLost", f"{host} closed the connection")


def certificate_error(error: Exception) -> ssl.SSLCertVerificationError | None:
    """What is wrong with the service's certificate, if a request has failed for that."""
    cause: object = error if isinstance(error, requests.exceptions.SSLError) else None
    while isinstance(cause, Exception) and not isinstance(cause, ssl.SSLCertVerificationError):
        first = next(iter(cause.args), None)
        cause = getattr(cause, "reason", None) or first
    return cause if isinstance(cause, ssl.SSLCertVerificationError) else None


class _Body(BytesIO):
    """A request body. `is_sent` is true from when it is read, once the headers have been written.

    A service cannot execute a request of which only the headers have arrived.
    """

    is_sent = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.is_sent = True
        return super().read(size)
