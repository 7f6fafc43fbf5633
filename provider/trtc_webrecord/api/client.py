"""StartWebRecord, DescribeWebRecord and StopWebRecord, with rate limiting and safe retries."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import (
    ApiError,
    ClockSkewed,
    Rejected,
    TaskNotExist,
    Throttled,
    TokenRejected,
)
from .credentials import Credential, CredentialSource
from .pacing import Clock, Pacer
from .response import read_response, result, task_id_in, warnings_in
from .retries import IDEMPOTENT, NOT_EXECUTED, Policy, Retries

if TYPE_CHECKING:
    import requests
    from requests.adapters import BaseAdapter

    from .transport import Transport


_log = logging.getLogger(__name__)

LOGGED = ("SdkAppId", "RecordId", "TaskId", "RequestId")
"""What the log has of requests and responses."""


@dataclass(frozen=True)
class Started:
    """StartWebRecord's response."""

    task_id: str
    request_id: str


@dataclass(frozen=True)
class LiveTask:
    """A running task from DescribeWebRecord. `record_id` is empty if the response has none."""

    task_id: str
    record_id: str
    request_id: str


class WebRecordApi:
    """A thread-safe API client; one instance serves a whole run.

    `endpoint` is a URL, `requests_per_second` applies to each action, `timeout` is the read timeout
    (s), `transport` sends the requests (HTTP by default). `notify` is called once for each distinct
    warning in the responses, and for each request that is repeated for long.
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
        transport: BaseAdapter | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._region = region
        self._credentials = credentials
        self._timeout = timeout
        self._rate = requests_per_second
        self._clock = clock or Clock()
        self._pacers: dict[str, Pacer] = {}
        self._lock = threading.Lock()
        self._service_ahead = 0.0
        self.knows_service_time = False
        """Whether a response has shown the service's time."""
        self.end_reasons: dict[str, str] = {}
        """Why tasks ended that `describe` has not found, by TaskId, if the response has it."""
        self._signing_ahead = 0.0
        self._adapter = transport
        self._http: Transport | None = None
        self._notify = notify
        self._notified: set[str] = set()

    def start(self, body: dict[str, Any]) -> Started:
        """Send StartWebRecord; retried only where it was certainly not executed.

        `body` is `StartWebRecordSpec.wire()`. Raises ApiError.
        """
        action = "StartWebRecord"
        response = self._request(action, body, NOT_EXECUTED)
        return Started(task_id_in(action, response), response["RequestId"])

    def describe(self, task_id: str) -> LiveTask | None:
        """The running task, or None: ended, or not yet visible (about 5 s after its start)."""
        return self._describe({"TaskId": task_id})

    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None:
        """The running task of a RecordId, or None: ended, not yet visible or never started."""
        return self._describe({"SdkAppId": sdk_app_id, "RecordId": record_id})

    def _describe(self, query: dict[str, Any]) -> LiveTask | None:
        action = "DescribeWebRecord"
        try:
            response = {**query, **self._request(action, query, IDEMPOTENT)}
        except TaskNotExist as error:
            if error.end_reason and "TaskId" in query:
                self.end_reasons[query["TaskId"]] = error.end_reason
            return None
        return LiveTask(
            task_id_in(action, response), str(response.get("RecordId") or ""), response["RequestId"]
        )

    def stop(self, task_id: str, on_send: Callable[[], None] | None = None) -> None:
        """Stop the task. Raises TaskNotExist if it has ended or is not yet visible.

        `on_send` is called each time that the request's turn has come, just before it is sent.
        """
        self._request("StopWebRecord", {"TaskId": task_id}, IDEMPOTENT, on_send)

    def service_time(self) -> float:
        """Unix seconds by the Date header of the last response; before any, the local clock.

        Only responses of the service count, not a proxy's error page.
        """
        return self._clock.wall() + self._service_ahead

    def _request(
        self,
        action: str,
        body: dict[str, Any],
        policy: Policy,
        on_send: Callable[[], None] | None = None,
    ) -> dict[str, Any]:
        retries = Retries(policy, self._clock, partial(self._notify_retries, body))
        mended: set[type[ApiError]] = set()
        pacer = self._pacer(action)
        while True:
            pacer.wait()
            if on_send:
                on_send()
            credential = self._credentials.current()
            try:
                return self._send(action, body, credential)
            except (ClockSkewed, TokenRejected, Rejected) as error:
                if not self._mend(error, credential, mended):
                    raise
            except ApiError as error:
                if isinstance(error, Throttled):
                    pacer.slow_down()
                if not retries.pause(error):
                    raise

    def _pacer(self, action: str) -> Pacer:
        with self._lock:
            if action not in self._pacers:
                self._pacers[action] = Pacer(self._rate, self._clock)
            return self._pacers[action]

    def _mend(self, error: ApiError, rejected: Credential, mended: set[type[ApiError]]) -> bool:
        """Mend, each once, what keeps a request from being accepted; whether to repeat it."""
        if isinstance(error, ClockSkewed | TokenRejected) and type(error) not in mended:
            mended.add(type(error))
            if isinstance(error, TokenRejected):
                self._credentials.refresh()
            else:
                self._signing_ahead = self._service_ahead
            return True
        if error.code.startswith("AuthFailure") and Rejected not in mended:
            mended.add(Rejected)
            return self._credentials.renew(rejected)
        return False

    def _send(self, action: str, body: dict[str, Any], credential: Credential) -> dict[str, Any]:
        ids = [f"{name} {body[name]}" for name in LOGGED if name in body]
        request = f"{self._endpoint} ({self._region}): {action} of {', '.join(ids)}"
        try:
            response = self._transport().post(action, body, credential, self._signing_time)
            content = read_response(action, response)
            self._update_service_time(response)
            self._notify_warnings(response)
            answer = result(action, body, content)
        except ApiError as error:
            _log.debug("%s: %s", request, error)
            raise
        _log.debug("%s: %s", request, ", ".join(f"{n} {answer[n]}" for n in LOGGED if n in answer))
        return answer

    def _transport(self) -> Transport:
        """Created for the first request, because most runs send none and need no HTTP library."""
        with self._lock:
            if self._http is None:
                from .transport import Transport

                self._http = Transport(self._endpoint, self._region, self._timeout, self._adapter)
            return self._http

    def _signing_time(self) -> float:
        return self._clock.wall() + self._signing_ahead

    def _update_service_time(self, response: requests.Response) -> None:
        try:
            date = parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return
        self._service_ahead = date - self._clock.wall()
        self.knows_service_time = True

    def _notify_retries(self, body: dict[str, Any], error: ApiError, seconds: float) -> None:
        task = next(f"{name} {body[name]}" for name in ("RecordId", "TaskId") if name in body)
        if self._notify:
            self._notify(f"{task}: {error}. The request is repeated for up to {seconds:g} s")

    def _notify_warnings(self, response: requests.Response) -> None:
        for warning in warnings_in(response):
            with self._lock:
                known = warning in self._notified
                self._notified.add(warning)
            if self._notify and not known:
                self._notify(f"warning from the service: {warning}")
