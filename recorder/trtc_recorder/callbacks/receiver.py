"""The webhook that callbacks are posted to."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

import requests
from pydantic import SecretStr
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from .messages import Callback, signature

RESPONSE_READ = 65536
"""Bytes of a response body that are read and ignored, so that the receiver sees no broken pipe."""

_URL_LOGGERS = ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry")
"""Loggers that log whole URLs."""


class Receiver:
    """The user's webhook. `key` signs the requests, `now` returns Unix seconds.

    `url` may carry secrets: it is neither in errors nor in the log.
    """

    def __init__(self, url: str, key: SecretStr | None, now: Callable[[], float]) -> None:
        self._url = url
        self._key = key
        self._now = now

    def failure(self, callback: Callback, timeout: float) -> str | None:
        """Post `callback`. Return why it failed within `timeout` (s); None if it was accepted."""
        try:
            with _unlogged():
                status = self._post(callback, timeout)
        except requests.Timeout:
            return f"no response in {timeout:.3g} s"
        except Exception as error:
            return type(error).__name__
        return None if status == 200 else f"HTTP {status}"

    def _post(self, callback: Callback, timeout: float) -> int:
        body = callback.body(self._now())
        headers = {
            "Content-Type": "application/json",
            "SdkAppId": str(callback.sdk_app_id),
            "Connection": "close",
        }
        if self._key is not None:
            headers["Sign"] = signature(self._key.get_secret_value(), body)
        with requests.Session() as session:
            session.trust_env = False
            with session.post(
                self._url,
                data=body,
                headers=headers,
                timeout=Timeout(total=timeout),  # type: ignore[arg-type]
                allow_redirects=False,
                stream=True,
            ) as response:
                with contextlib.suppress(HTTPError, OSError):
                    response.raw.read(RESPONSE_READ)
                return response.status_code


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """Keep what urllib3 does on this thread out of the log."""
    thread = threading.get_ident()

    def of_others(record: logging.LogRecord) -> bool:
        return record.thread != thread

    for name in _URL_LOGGERS:
        logging.getLogger(name).addFilter(of_others)
    try:
        yield
    finally:
        for name in _URL_LOGGERS:
            logging.getLogger(name).removeFilter(of_others)
