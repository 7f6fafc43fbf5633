"""The service itself, independent of HTTP: a request in, an outcome out."""

from __future__ import annotations

import logging
import threading
import time as system_time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .authentication import Credential
from .calls import Call, CallLog
from .capture import Capture, NoCapture
from .errors import ApiError, too_many_requests
from .faults import FaultPlan, FaultRule
from .parameters import describe_parameters, start_parameters, stop_parameters
from .rate import RateLimit
from .recordings import Recordings
from .settings import Settings, Switches
from .tasks import Task, TaskStore
from .wire import ACTIONS, Answer, Cut, Hang, Outcome, Request, admit, answer

_log = logging.getLogger(__name__)


class Service:
    """A page-recording service. Thread-safe; a request is atomic.

    `time` tells Unix seconds; the service's own clock is `clock_offset` ahead of it. `settings` are
    copied. Close the service in the end, or use it as a context manager.

    Attributes: `settings` (change switches by `switch` only), `faults` (the plan in force), `calls`
    (what was called), `credentials` (those accepted, by SecretId).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        capture: Capture | None = None,
        time: Callable[[], float] = system_time.time,
    ) -> None:
        self.settings = settings.model_copy()
        self._time = time
        self._lock = threading.RLock()
        self.faults = FaultPlan()
        self.calls = CallLog()
        self._rate = RateLimit()
        self._store = TaskStore(settings.data)
        self._recordings = Recordings(
            self._store, capture or NoCapture(), self.settings, self.now, self.end
        )
        self._initial_switches = self.switches()
        self.credentials = _own_credential(settings)

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the tasks' file."""
        with self._lock:
            self._store.close()

    def now(self) -> float:
        """Unix seconds by the service's clock."""
        return self._time() + self.settings.clock_offset

    def handle(self, request: Request) -> Outcome:
        """Answer a request as it came over HTTP."""
        try:
            action, parameters = admit(request, self.credentials, self.now())
        except ApiError as error:
            named = request.headers.get("x-tc-action", "")
            return self._respond(_call(named if named in ACTIONS else "unknown"), error)
        return self.call(action, parameters)

    def call(self, action: str, parameters: dict[str, Any]) -> Outcome:
        """Answer one of the three actions; `parameters` is the request's body, by wire names."""
        with self._lock:
            call = self._identify(_call(action), parameters)
            try:
                self._rate.count(action, self.settings.requests_per_second, self.now())
            except ApiError as error:
                return self._respond(call, error)
            fault = self.faults.strike("before", action, call.record_id)
            if fault is None:
                return self._execute(call, parameters)
            if fault.what == "hang":
                return self._hold(fault, lambda: self._execute(call, parameters))
            if fault.burn:
                self._burn(parameters)
            return self._fail(call, fault)

    def _execute(self, call: Call, parameters: dict[str, Any]) -> Outcome:
        with self._lock:
            result: dict[str, Any] | ApiError
            try:
                result = self._run(call.action, parameters)
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

    def _run(self, action: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self._recordings.settle()
        if action == "StartWebRecord":
            return self._recordings.start(start_parameters(parameters))
        if action == "DescribeWebRecord":
            return self._recordings.describe(describe_parameters(parameters))
        return self._recordings.stop(stop_parameters(parameters))

    def _fail(self, call: Call, fault: FaultRule) -> Answer | Cut:
        if fault.what == "error":
            return self._respond(call, ApiError(fault.code, fault.message))
        if fault.what == "throttle":
            limit = self.settings.requests_per_second or 20
            return self._respond(call, too_many_requests(limit + 1, limit))
        outcome: Answer | Cut
        if fault.what == "cut":
            name, outcome = "cut", Cut()
        elif fault.what == "status":
            name = f"http {fault.status}"
            outcome = Answer(b"The service is unavailable.", fault.status, "text/plain")
        else:
            name, outcome = "not_json", Answer(b"<html>Bad Gateway</html>", 200, "text/html")
        self._note(call, name)
        return outcome

    def _respond(self, call: Call, result: dict[str, Any] | ApiError) -> Answer:
        self._note(call, result.code if isinstance(result, ApiError) else "OK")
        return answer(result, call.request_id)

    def _note(self, call: Call, outcome: str) -> None:
        self.calls.add(replace(call, outcome=outcome, time=self.now()))
        _log.info(
            "%s: %s (RecordId %r, TaskId %r, RequestId %s)",
            call.action,
            outcome,
            call.record_id,
            call.task_id,
            call.request_id,
        )

    def _identify(self, call: Call, parameters: dict[str, Any]) -> Call:
        """The call with the ids that it names; those of its task too, where it names a TaskId."""
        task_id = _named(parameters.get("TaskId"))
        sdk_app_id = parameters.get("SdkAppId")
        task = self._store.get(task_id) if task_id else None
        if task is not None:
            return replace(
                call, task_id=task_id, record_id=task.record_id, sdk_app_id=task.sdk_app_id
            )
        return replace(
            call,
            task_id=task_id,
            record_id=_named(parameters.get("RecordId")),
            sdk_app_id=sdk_app_id if isinstance(sdk_app_id, int) else None,
        )

    def _burn(self, parameters: dict[str, Any]) -> None:
        try:
            request = start_parameters(parameters)
        except ApiError:
            return
        self._recordings.burn(request)

    def tasks(self) -> list[Task]:
        """Every task, oldest first."""
        with self._lock:
            self._recordings.settle()
            return self._store.all()

    def end(self, task_id: str, reason: str = "ended by itself") -> None:
        """Let a task end by itself, now. An unknown one raises `FailedOperation.TaskNotExist`."""
        with self._lock:
            if self._store.get(task_id) is None:
                raise ApiError("FailedOperation.TaskNotExist", "Task does not exist.")
            self._recordings.end(task_id, reason)

    def settle(self) -> None:
        """End the tasks whose time has come. Every call does so first."""
        with self._lock:
            self._recordings.settle()

    def switch(self, **changes: Any) -> None:
        """Change switches, all or none of them; names and values as in `Switches`.

        Raises `pydantic.ValidationError`.
        """
        with self._lock:
            self._recordings.settle()
            after = Switches.model_validate({**self.switches().model_dump(), **changes})
            for name in changes:
                setattr(self.settings, name, getattr(after, name))

    def switches(self) -> Switches:
        """The switches as they are."""
        with self._lock:
            values = {name: getattr(self.settings, name) for name in Switches.model_fields}
            return Switches(**values)

    def reset(self) -> None:
        """Make everything as it was on the first start: no tasks, no calls, no faults."""
        with self._lock:
            self._recordings.clear()
            self.faults.clear()
            self.calls.reset()
            self._rate = RateLimit()
            self.credentials = _own_credential(self.settings)
            self.switch(**self._initial_switches.model_dump())

    def advance(self, seconds: float) -> None:
        """Put the service's clock forward."""
        self.switch(clock_offset=self.settings.clock_offset + seconds)


def _own_credential(settings: Settings) -> dict[str, Credential]:
    own = Credential(settings.secret_id, settings.secret_key.get_secret_value())
    return {own.secret_id: own}


def _call(action: str) -> Call:
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


def _named(value: object) -> str | None:
    """An id as a client sent it, unchecked; what is no id comes out short and printable."""
    if not isinstance(value, str):
        return None
    return value[:128].encode(errors="replace").decode()
