"""A model of the service: one task for a RecordId, visible late, and responses that fail.

Time is a Clockwork's, so waiting costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from trtc_webrecord import errors
from trtc_webrecord.api.client import LiveTask, Started
from trtc_webrecord.declaration.declaration import Declaration
from trtc_webrecord.declaration.record_id import period_of
from trtc_webrecord.recording.endpoint import Endpoint
from trtc_webrecord.recording.record_id_cache import RecordIdCache
from trtc_webrecord.recording.run import Run
from trtc_webrecord.recording.state import RunState, StackState
from unit.clockwork import EPOCH, Clockwork

TIMEOUT = 15.0
LATE = 10.0


class Killed(BaseException):
    """Somebody pressed Ctrl-C twice."""


@dataclass(frozen=True, eq=False)
class Effect:
    """What becomes of a start beyond what the service would answer by itself."""

    error: BaseException | None = None
    runs: bool = False
    late: bool = False
    """The connection is cut, and the start is executed only LATE seconds later."""
    burns: bool = False
    """Nothing runs, and the RecordId is used up."""
    seconds: float = 0


def answer(kind: type[errors.ApiError], code: str, **effect: Any) -> Effect:
    return Effect(kind("StartWebRecord", code), **effect)


class Fate(Enum):
    """The effects by name. A description is lost by all but FINE, REFUSED and KILLED."""

    FINE = Effect(runs=True)
    LOST_BEFORE = answer(errors.Unanswered, "Timeout", seconds=TIMEOUT)
    LOST_AFTER = answer(errors.Unanswered, "Timeout", seconds=TIMEOUT, runs=True)
    LOST_LATE = answer(errors.Unanswered, "ConnectionError", late=True)
    NOT_SENT = answer(errors.NotSent, "NewConnectionError")
    THROTTLED = answer(errors.Throttled, "RequestLimitExceeded")
    REFUSED = answer(errors.Rejected, "FailedOperation.NotAbility")
    CAPACITY = answer(errors.CapacityExceeded, "ResourceInsufficient.RequestRejection")
    CAPACITY_BURNT = answer(errors.CapacityExceeded, "ResourceInsufficient", burns=True)
    INTERNAL = answer(errors.Ambiguous, "InternalError")
    INTERNAL_BURNT = answer(errors.Ambiguous, "InternalError", burns=True)
    INTERNAL_RAN = answer(errors.Ambiguous, "InternalError.Timeout", runs=True)
    INTERNAL_LATE = answer(errors.Ambiguous, "InternalError", late=True)
    STRANGE = answer(errors.Ambiguous, "FailedOperation.Strange", burns=True)
    KILLED_BEFORE = Effect(Killed())
    KILLED_AFTER = Effect(Killed(), runs=True)


MEETS_TASK_EXIST = {Fate.FINE, Fate.KILLED_AFTER, *(fate for fate in Fate if fate.value.burns)}
"""Starts of a used RecordId that the service answers with TaskExist."""


@dataclass
class Task:
    """A recording; times are the Clockwork's seconds."""

    task_id: str
    record_id: str
    begun: float
    ended: float | None = None


class Service:
    """`fates` are those of the coming starts, `describe_fates` of the coming descriptions."""

    def __init__(self, time: Clockwork, visible_after: float = 5.0, stop_delay: float = 0) -> None:
        self.time = time
        self.visible_after = visible_after
        self.stop_delay = stop_delay
        self.fates: list[Fate] = []
        self.describe_fates: list[Fate] = []
        self.tasks: list[Task] = []
        self.bodies: list[dict[str, Any]] = []
        self.stop_requests: list[str] = []
        self.stopped: list[str] = []
        self.knows_service_time = True
        self.end_reasons: dict[str, str] = {}
        self.lifetime: float | None = None
        """Seconds after which a new task ends by itself."""
        self._used: set[str] = set()
        self._late: list[tuple[float, str]] = []

    @property
    def asked(self) -> list[str]:
        """The RecordIds of all starts, in order."""
        return [body["RecordId"] for body in self.bodies]

    def live(self) -> list[Task]:
        """The tasks that record now."""
        self._catch_up()
        return [task for task in self.tasks if task.ended is None or task.ended > self.time.now]

    def run(self, *record_ids: str) -> list[str]:
        """Have a task for each RecordId that is old enough to show; the TaskIds."""
        begun = self.time.now - self.visible_after
        return [self._execute(record_id, begun).task_id for record_id in record_ids]

    def end(self, task_ids: Iterable[str]) -> None:
        """Have tasks end by themselves."""
        for task in self.tasks:
            if task.task_id in set(task_ids):
                task.ended = self.time.now

    def use_up(self, *record_ids: str) -> None:
        """Have a task for each RecordId that is over."""
        self.end(self.run(*record_ids))

    def start(self, body: dict[str, Any]) -> Started:
        self._catch_up()
        self.bodies.append(body)
        record_id = body["RecordId"]
        fate = self.fates.pop(0) if self.fates else Fate.FINE
        effect: Effect = fate.value
        known = record_id in self._used
        if known and fate in MEETS_TASK_EXIST:
            raise errors.TaskExist("StartWebRecord", "FailedOperation.TaskExist")
        if effect.late:
            self._late.append((self.time.now + LATE, record_id))
        if effect.burns:
            self._used.add(record_id)
        if effect.runs and not known:
            self._execute(record_id, self.time.now)
        if effect.seconds:
            self.time.sleep(effect.seconds)
        if effect.error:
            raise effect.error
        task_id = self.tasks[-1].task_id
        return Started(task_id, f"start of {task_id}")

    def describe(self, task_id: str) -> LiveTask | None:
        return self._describe(lambda task: task.task_id == task_id)

    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> LiveTask | None:
        return self._describe(lambda task: task.record_id == record_id)

    def stop(self, task_id: str, on_send: Callable[[], None] | None = None) -> None:
        if on_send:
            on_send()
        self.stop_requests.append(task_id)
        if self.describe(task_id) is None:
            raise errors.TaskNotExist("StopWebRecord", "FailedOperation.TaskNotExist")
        self.stopped.append(task_id)
        for task in self.tasks:
            if task.task_id == task_id:
                task.ended = self.time.now + self.stop_delay

    def service_time(self) -> float:
        return self.time.wall()

    def _describe(self, wanted: Any) -> LiveTask | None:
        fate = self.describe_fates.pop(0) if self.describe_fates else Fate.FINE
        if fate in (Fate.KILLED_BEFORE, Fate.KILLED_AFTER):
            raise Killed
        if fate is Fate.REFUSED:
            raise errors.Rejected("DescribeWebRecord", "FailedOperation.NotAbility")
        if fate is not Fate.FINE:
            raise errors.Unanswered("DescribeWebRecord", "Timeout", "no answer")
        for task in self.live():
            if wanted(task) and task.begun + self.visible_after <= self.time.now:
                return LiveTask(task.task_id, task.record_id, f"sight of {task.task_id}")
        return None

    def _execute(self, record_id: str, begun: float) -> Task:
        self._used.add(record_id)
        ended = None if self.lifetime is None else begun + self.lifetime
        self.tasks.append(Task(f"task-{len(self.tasks) + 1}", record_id, begun, ended))
        return self.tasks[-1]

    def _catch_up(self) -> None:
        due = [late for late in self._late if late[0] <= self.time.now]
        self._late = [late for late in self._late if late not in due]
        for moment, record_id in due:
            if record_id not in self._used:
                self._execute(record_id, moment)


class Numbered(Declaration):
    """A declaration whose RecordIds are r0, r1, … today; those of other days have it in front."""

    def record_id_of(self, period: int, attempt: int, namespace: str) -> str:
        return self.record_id or f"{period - period_of(EPOCH) or ''}r{attempt}"


def run_at(service: Service, state: RunState | None = None, **changes: Any) -> Run:
    """A run whose requests go to the service, without a state."""
    values: dict[str, Any] = {
        "api": service,
        "credentials": None,
        "namespace": "",
        "endpoint": Endpoint("https://trtc.example.com", "ap-singapore"),
        "clock": service.time.clock,
        "notify": lambda message: None,
        "state": state or RunState(lambda stack: StackState()),
        "known": RecordIdCache(None, ""),
    }
    return Run(**{**values, **changes})
