"""Where callbacks are posted to."""

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

ANSWER_READ = 65536
"""Bytes of an answer that are read and ignored, so that its sender does not see it refused."""

_TELLING = ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry")
"""Loggers that tell whole URLs."""


class Receiver:
    """The user's own server. `key` signs what is posted, `now` tells Unix seconds.

    `url` may carry secrets: neither an error nor the log tells it.
    """

    def __init__(self, url: str, key: SecretStr | None, now: Callable[[], float]) -> None:
        self._url = url
        self._key = key
        self._now = now

    def refusal(self, callback: Callback, patience: float) -> str | None:
        """Post `callback`: why it was not taken within `patience` (s); None where it was."""
        try:
            with _unlogged():
                status = self._post(callback, patience)
        except requests.Timeout:
            return f"no answer in {patience:.3g} s"
        except Exception as error:
            return type(error).__name__
        return None if status == 200 else f"HTTP {status}"

    def _post(self, callback: Callback, patience: float) -> int:
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
                timeout=Timeout(total=patience),  # type: ignore[arg-type]
                allow_redirects=False,
                stream=True,
            ) as answer:
                with contextlib.suppress(HTTPError, OSError):
                    answer.raw.read(ANSWER_READ)
                return answer.status_code


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """Keep what urllib3 does on this thread out of the log."""
    thread = threading.get_ident()

    def of_others(record: logging.LogRecord) -> bool:
        return record.thread != thread

    for name in _TELLING:
        logging.getLogger(name).addFilter(of_others)
    try:
        yield
    finally:
        for name in _TELLING:
            logging.getLogger(name).removeFilter(of_others)
