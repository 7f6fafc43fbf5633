"""StartWebRecord, DescribeWebRecord and StopWebRecord over HTTP: paced, signed, bounded in time."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic.alias_generators import to_pascal
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as urllib3_errors

from .credentials import CredentialSource
from .errors import (
    Ambiguous,
    ApiError,
    ClockSkewed,
    ConfigError,
    NotSent,
    TaskNotExist,
    Throttled,
    TokenRejected,
    Unanswered,
    error_class,
)
from .pacing import Backoff, Clock, Pacer
from .redaction import redact_url
from .signing import TC3Auth
from .spec import SECRET_FIELDS

SERVICE = "trtc"
VERSION = "2019-07-22"
CONNECT_TIMEOUT = 5.0
"""Seconds."""

NOT_EXECUTED: dict[type[ApiError], Backoff] = {
    NotSent: Backoff(base=0.5, cap=8, patience=30),
    Throttled: Backoff(base=1, cap=8, patience=120),
}
"""What is always safe to repeat, and for how long."""

IDEMPOTENT: dict[type[ApiError], Backoff] = {
    **NOT_EXECUTED,
    Ambiguous: Backoff(base=0.5, cap=8, patience=60),
}
"""Describe and Stop may be repeated whatever happened."""

_WIRE_SECRETS = frozenset(to_pascal(name) for name in SECRET_FIELDS)


@dataclass(frozen=True)
class Started:
    """StartWebRecord's answer."""

    task_id: str
    request_id: str


@dataclass(frozen=True)
class LiveTask:
    """A task that the service shows. `record_id` is empty where it names none."""

    task_id: str
    record_id: str
    request_id: str


class WebRecordApi:
    """The three calls. Thread-safe; one instance serves a whole run.

    `endpoint` is a URL, `requests_per_second` holds for each action, `timeout` is how long (s) to
    wait for an answer.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        region: str,
        credentials: CredentialSource,
        requests_per_second: float = 20,
        timeout: float = 15,
        clock: Clock | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._region = region
        self._credentials = credentials
        self._timeout = timeout
        self._rate = requests_per_second
        self._clock = clock or Clock()
        self._pacers: dict[str, Pacer] = {}
        self._pacers_lock = threading.Lock()
        self._service_ahead = 0.0
        self._signing_ahead = 0.0
        self._session = requests.Session()
        self._session.mount(endpoint, HTTPAdapter(pool_maxsize=64))

    def start(self, body: dict[str, Any]) -> Started:
        """Ask once for a recording; only what was surely not executed is repeated.

        `body` is `StartWebRecordSpec.wire()`. Raises the ApiError that the answer stands for.
        """
        action = "StartWebRecord"
        answer = self._call(action, body, NOT_EXECUTED)
        return Started(_task_id(action, answer), answer["RequestId"])

    def describe(self, task_id: str) -> LiveTask | None:
        """The task, or None: ended, or too young to show (about 5 s)."""
        return self._describe({"TaskId": task_id})

    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None:
        """The task that was started with this RecordId, or None: ended, young or never started."""
        return self._describe({"SdkAppId": sdk_app_id, "RecordId": record_id})

    def _describe(self, query: dict[str, Any]) -> LiveTask | None:
        action = "DescribeWebRecord"
        try:
            answer = {**query, **self._call(action, query, IDEMPOTENT)}
        except TaskNotExist:
            return None
        return LiveTask(
            _task_id(action, answer), str(answer.get("RecordId") or ""), answer["RequestId"]
        )

    def stop(self, task_id: str) -> None:
        """Stop the task. Raises TaskNotExist where the service shows none: ended, or too young."""
        self._call("StopWebRecord", {"TaskId": task_id}, IDEMPOTENT)

    def service_time(self) -> float:
        """Unix seconds by the service's clock, as its last answer told it; ours before any."""
        return self._clock.wall() + self._service_ahead

    def _call(
        self, action: str, body: dict[str, Any], policy: dict[type[ApiError], Backoff]
    ) -> dict[str, Any]:
        pauses: dict[type[ApiError], Iterator[float]] = {}
        mended: set[type[ApiError]] = set()
        while True:
            self._pacer(action).wait()
            try:
                return self._send(action, body)
            except (ClockSkewed, TokenRejected) as error:
                if type(error) in mended:
                    raise
                mended.add(type(error))
                self._mend(error)
            except ApiError as error:
                kind = next((kind for kind in policy if isinstance(error, kind)), None)
                if kind is None:
                    raise
                if kind not in pauses:
                    pauses[kind] = policy[kind].pauses(self._clock)
                pause = next(pauses[kind], None)
                if pause is None:
                    raise
                self._clock.sleep(pause)

    def _pacer(self, action: str) -> Pacer:
        with self._pacers_lock:
            if action not in self._pacers:
                self._pacers[action] = Pacer(self._rate, self._clock)
            return self._pacers[action]

    def _mend(self, error: ClockSkewed | TokenRejected) -> None:
        if isinstance(error, TokenRejected):
            self._credentials.refresh()
        else:
            self._signing_ahead = self._service_ahead

    def _send(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        auth = TC3Auth(
            self._credentials.current(), SERVICE, lambda: self._clock.wall() + self._signing_ahead
        )
        try:
            response = self._session.post(
                self._endpoint,
                data=json.dumps(body).encode(),
                headers={
                    "Content-Type": "application/json",
                    "X-TC-Action": action,
                    "X-TC-Version": VERSION,
                    "X-TC-Region": self._region,
                    "X-TC-Language": "en-US",
                },
                auth=auth,
                timeout=(CONNECT_TIMEOUT, self._timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise self._transport_error(action, error) from None
        self._learn_time(response)
        return _answer(action, body, response)

    def _learn_time(self, response: requests.Response) -> None:
        try:
            told = parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return
        self._service_ahead = told - self._clock.wall()

    def _transport_error(self, action: str, error: requests.RequestException) -> Exception:
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
            return Unanswered(action, "Timeout", f"{host} gave no answer in {self._timeout:g} s")
        if isinstance(error, ValueError):  # no request can be made of this
            return ConfigError(f"{action} cannot be sent to {host}: {type(error).__name__}")
        if isinstance(error, requests.exceptions.ContentDecodingError):
            return _unusable(action)
        return Unanswered(action, "ConnectionLost", f"{host} closed the connection")


def _answer(action: str, body: dict[str, Any], response: requests.Response) -> dict[str, Any]:
    if response.status_code != 200:
        raise Unanswered(action, f"HTTP{response.status_code}", response.reason or "")
    try:
        answer = response.json()["Response"]
        error = answer.get("Error")
        request_id = answer["RequestId"]
        if error is None:
            return dict(answer)
        code, message = str(error["Code"]), str(error.get("Message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unusable(action) from None
    raise error_class(code)(action, code, _scrub(message, body), request_id)


def _task_id(action: str, answer: dict[str, Any]) -> str:
    task_id = answer.get("TaskId")
    if not isinstance(task_id, str) or not task_id:
        raise _unusable(action)
    return task_id


def _unusable(action: str) -> Unanswered:
    return Unanswered(action, "NotJson", "the body is not an answer of this API")


def _scrub(message: str, body: dict[str, Any]) -> str:
    """The service's message without any secret of the request that it may quote."""
    page = body.get("RecordUrl")
    if page:
        message = message.replace(page, redact_url(page))
    for secret in sorted(_secrets(body), key=len, reverse=True):
        message = message.replace(secret, "[secret]")
    return message


def _secrets(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _secrets(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _secrets(item, name)
    elif name in _WIRE_SECRETS and isinstance(value, str) and value:
        yield value
