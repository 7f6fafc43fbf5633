"""Signed POST requests: connections, timeouts, and the error for each network failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import exceptions as urllib3_errors

from ..errors import ConfigError, NotSent, Unanswered
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
        """The response, whatever its status. Raises NotSent, Unanswered or ConfigError."""
        try:
            return self._session.post(
                self._endpoint,
                data=json.dumps(body).encode(),
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
        except requests.RequestException as error:
            raise self._failure(action, error) from None

    def _failure(self, action: str, error: requests.RequestException) -> Exception:
        host = urlsplit(self._endpoint).netloc
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        not_sent = (
            requests.ConnectTimeout,
            requests.exceptions.ProxyError,
            requests.exceptions.SSLError,
        )
        if isinstance(error, not_sent):
            return NotSent(action, type(error).__name__, host)
        if isinstance(reason, urllib3_errors.NewConnectionError):
            return NotSent(action, type(reason).__name__, host)
        if isinstance(error, requests.Timeout):
            return Unanswered(action, "Timeout", f"{host} sent no response in {self._timeout:g} s")
        if isinstance(error, ValueError):  # an invalid URL or header
            return ConfigError(f"{action} cannot be sent to {host}: {type(error).__name__}")
        if isinstance(error, requests.exceptions.ContentDecodingError):
            return unusable(action)
        return Unanswered(action, "ConnectionLost", f"{host} closed the connection")
