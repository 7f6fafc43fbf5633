"""Runs the three actions, with fault injection."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..errors import ApiError, too_many_requests
from ..settings import Switches
from ..tasks.recordings import Owns, Recordings
from ..tasks.store import TaskStore
from .call_log import Call, CallLog
from .faults import FaultPlan, FaultRule
from .parameters import (
    DescribeWebRecordRequest,
    describe_parameters,
    start_parameters,
    stop_parameters,
)
from .rate import RateLimit
from .wire import ACTIONS, Cut, Hang, Outcome, Response, response

INTERNAL = "An internal error has occurred."
NOT_OPENED = "Goto url timeout"
"""The message of an injected fault, by default."""

_log = logging.getLogger(__name__)


class RequestHandler:
    """Handles requests one at a time, under `lock`.

    `warning` is sent with every successful start. Attributes: `faults` (the active FaultPlan),
    `calls` (the log of requests).
    """

    def __init__(
        self,
        recordings: Recordings,
        store: TaskStore,
        switches: Switches,
        now: Callable[[], float],
        lock: threading.RLock,
        warning: str | None,
    ) -> None:
        self.faults = FaultPlan()
        self.calls = CallLog()
        self._recordings = recordings
        self._store = store
        self._switches = switches
        self._now = now
        self._lock = lock
        self._warning = warning
        self._rate = RateLimit()

    def reset(self) -> None:
        """Clear the log of requests, the fault rules and the rate limit."""
        self.faults.clear()
        self.calls.reset()
        self._rate = RateLimit()

    def reject(self, action: str, error: ApiError) -> Outcome:
        """Returns the error response to a request that is not authentic and names `action`."""
        return self._respond(_new_call(action if action in ACTIONS else "unknown"), error)

    def call(
        self, action: str, parameters: dict[str, Any], owns: Owns = lambda sdk_app_id: True
    ) -> Outcome:
        """Process one of the three actions; `parameters` is the request's body, by wire names.

        `owns`: whether an application belongs to the account of the request.
        """
        with self._lock:
            call = self._identify(_new_call(action), parameters)
            try:
                self._rate.count(action, self._switches.requests_per_second, self._now())
            except ApiError as error:
                return self._respond(call, error)
            fault = self.faults.strike("before", action, call.record_id)
            if fault is None:
                return self._execute(call, parameters, owns)
            if fault.what == "hang":
                return self._hold(fault, lambda: self._execute(call, parameters, owns))
            if fault.what == "not_opened":
                return self._execute(call, parameters, owns, fault.message or NOT_OPENED)
            if fault.burn:
                self._burn(parameters)
            return self._fail(call, fault)

    def _execute(
        self, call: Call, parameters: dict[str, Any], owns: Owns, failure: str | None = None
    ) -> Outcome:
        with self._lock:
            result: dict[str, Any] | ApiError
            try:
                result = self._run(call.action, parameters, owns, failure)
                call = replace(call, executed=True, task_id=call.task_id or result.get("TaskId"))
            except ApiError as error:
                result = error
            fault = self.faults.strike("after", call.action, call.record_id)
            if fault is None:
                return self._respond(call, result)
            if fault.what == "hang":
                return self._hold(fault, lambda: self._respond(call, result))
            return self._fail(call, fault)

    def _hold(self, fault: FaultRule, resume: Callable[[], Outcome]) -> Hang:
        self.calls.held += 1

        def resumed() -> Outcome:
            with self._lock:
                self.calls.held -= 1
                return resume()

        return Hang(fault.seconds, resumed)

    def _run(
        self, action: str, parameters: dict[str, Any], owns: Owns, failure: str | None
    ) -> dict[str, Any]:
        self._recordings.settle()
        if action == "StartWebRecord":
            request = start_parameters(parameters)
            _check_owner(request.sdk_app_id, owns)
            return self._recordings.start(request, failure)
        if action == "DescribeWebRecord":
            return self._describe(describe_parameters(parameters), owns)
        return self._recordings.stop(stop_parameters(parameters).task_id, owns)

    def _describe(self, query: DescribeWebRecordRequest, owns: Owns) -> dict[str, Any]:
        if query.task_id is not None:
            return self._recordings.describe(query.task_id, owns)
        sdk_app_id = query.sdk_app_id or 0
        _check_owner(sdk_app_id, owns)
        return self._recordings.describe_by_record_id(sdk_app_id, query.record_id or "")

    def _fail(self, call: Call, fault: FaultRule) -> Response | Cut:
        if fault.what == "error":
            return self._respond(call, ApiError(fault.code, fault.message or INTERNAL))
        if fault.what == "throttle":
            limit = self._switches.requests_per_second or 20
            return self._respond(call, too_many_requests(limit + 1, limit))
        outcome: Response | Cut
        if fault.what == "cut":
            name, outcome = "cut", Cut()
        elif fault.what == "status":
            name = f"http {fault.status}"
            outcome = Response(b"The service is unavailable.", fault.status, "text/plain")
        else:
            name, outcome = "not_json", Response(b"<html>Bad Gateway</html>", 200, "text/html")
        self._log_call(call, name)
        return outcome

    def _respond(self, call: Call, result: dict[str, Any] | ApiError) -> Response:
        outcome = result.code if isinstance(result, ApiError) else "OK"
        self._log_call(call, outcome)
        started = (call.action, outcome) == ("StartWebRecord", "OK")
        return response(result, call.request_id, self._warning if started else None)

    def _log_call(self, call: Call, outcome: str) -> None:
        self.calls.add(replace(call, outcome=outcome, time=self._now()))
        _log.info(
            "%s: %s (RecordId %r, TaskId %r, RequestId %s)",
            call.action,
            outcome,
            call.record_id,
            call.task_id,
            call.request_id,
        )

    def _identify(self, call: Call, parameters: dict[str, Any]) -> Call:
        """Returns the call with the ids that it names; with a TaskId, also those of its task."""
        task_id = _printable(parameters.get("TaskId"))
        sdk_app_id = parameters.get("SdkAppId")
        task = self._store.get(task_id) if task_id else None
        if task is not None:
            return replace(
                call, task_id=task_id, record_id=task.record_id, sdk_app_id=task.sdk_app_id
            )
        return replace(
            call,
            task_id=task_id,
            record_id=_printable(parameters.get("RecordId")),
            sdk_app_id=sdk_app_id if isinstance(sdk_app_id, int) else None,
        )

    def _burn(self, parameters: dict[str, Any]) -> None:
        try:
            request = start_parameters(parameters)
        except ApiError:
            return
        self._recordings.burn(request)


def _check_owner(sdk_app_id: int, owns: Owns) -> None:
    if not owns(sdk_app_id):
        raise ApiError(
            "FailedOperation.SdkAppIdNotUnderAppId", "The SdkAppId is not under the AppId."
        )


def _new_call(action: str) -> Call:
    return Call(
        time=0,
        action=action,
        sdk_app_id=None,
        record_id=None,
        task_id=None,
        outcome="",
        executed=False,
        request_id=str(uuid.uuid4()),
    )


def _printable(value: object) -> str | None:
    """Returns an id as a client sent it, not validated, but short and printable for the log."""
    if not isinstance(value, str):
        return None
    return value[:128].encode(errors="replace").decode()
