"""StartWebRecord, DescribeWebRecord and StopWebRecord: paced, and repeated where that is safe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from ..errors import (
    Ambiguous,
    ApiError,
    ClockSkewed,
    NotSent,
    TaskNotExist,
    Throttled,
    TokenRejected,
)
from .credentials import CredentialSource
from .pacing import Backoff, Clock, Pacer
from .response import notices_in, read_answer, task_id_in

if TYPE_CHECKING:
    import requests
    from requests.adapters import BaseAdapter

    from .transport import Transport

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
    wait for an answer, `transport` sends the requests (HTTP by default). `say` is told, once, of
    what the service gives notice of beside its answers.
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
        say: Callable[[str], None] | None = None,
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
        self._signing_ahead = 0.0
        self._adapter = transport
        self._made: Transport | None = None
        self._say = say
        self._said: set[str] = set()

    def start(self, body: dict[str, Any]) -> Started:
        """Ask once for a recording; only what was surely not executed is repeated.

        `body` is `StartWebRecordSpec.wire()`. Raises the ApiError that the answer stands for.
        """
        action = "StartWebRecord"
        answer = self._call(action, body, NOT_EXECUTED)
        return Started(task_id_in(action, answer), answer["RequestId"])

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
            task_id_in(action, answer), str(answer.get("RecordId") or ""), answer["RequestId"]
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
        with self._lock:
            if action not in self._pacers:
                self._pacers[action] = Pacer(self._rate, self._clock)
            return self._pacers[action]

    def _mend(self, error: ClockSkewed | TokenRejected) -> None:
        if isinstance(error, TokenRejected):
            self._credentials.refresh()
        else:
            self._signing_ahead = self._service_ahead

    def _send(self, action: str, body: dict[str, Any]) -> dict[str, Any]:
        credential = self._credentials.current()
        response = self._transport().post(action, body, credential, self._signing_time)
        self._learn_time(response)
        self._pass_on_notices(response)
        return read_answer(action, body, response)

    def _transport(self) -> Transport:
        """Made for the first call: a run that makes none, as most do, need not load requests."""
        with self._lock:
            if self._made is None:
                from .transport import Transport

                self._made = Transport(self._endpoint, self._region, self._timeout, self._adapter)
            return self._made

    def _signing_time(self) -> float:
        return self._clock.wall() + self._signing_ahead

    def _learn_time(self, response: requests.Response) -> None:
        try:
            told = parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, ValueError, TypeError):
            return
        self._service_ahead = told - self._clock.wall()

    def _pass_on_notices(self, response: requests.Response) -> None:
        for notice in notices_in(response):
            with self._lock:
                known = notice in self._said
                self._said.add(notice)
            if self._say and not known:
                self._say(f"the service gives notice: {notice}")
