"""The kills: which command is killed, at which moment, and how."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from random import Random

from faults.failures import DESCRIBE, START, STOP, fault
from faults.scenario import Scenario
from faults.steps import Kill, Moment, Step, declare, interrupt, settle
from trtc_recorder import FaultRule

SIGINT = Kill("SIGINT", "engine", signal.SIGINT)
SIGINT_TWICE = Kill("SIGINT twice", "engine", signal.SIGINT, twice=True)
SIGTERM = Kill("SIGTERM", "engine", signal.SIGTERM)
ENGINE = Kill("SIGKILL of the engine", "engine", signal.SIGKILL)
PROVIDER = Kill("SIGKILL of the provider", "provider", signal.SIGKILL)
ALL = Kill("SIGKILL of everything", "all", signal.SIGKILL)
KILLS = (SIGINT, SIGINT_TWICE, SIGTERM, ENGINE, PROVIDER, ALL)
SUDDEN = (SIGINT_TWICE, ENGINE, PROVIDER, ALL)


def held(action: str, where: str, prefix: str = "lobby-", seconds: float = 3) -> FaultRule:
    """Hold a request of the recordings with that prefix before or after it runs.

    3 s: long enough to kill, short enough to see it run late.
    """
    return fault(action, "hang", where=where, record_id_prefix=prefix, seconds=seconds)


THROTTLED = fault(START, "throttle", record_id_prefix="lobby-", times=None)

PROVIDER_UP = Moment("the provider has just come up")
REPEATING = Moment("start throttled, to be repeated", (THROTTLED,))
LATE_START = Moment("start on its way, runs after the kill", (held(START, "before"),))
STARTED = Moment("start has run, no response yet", (held(START, "after"),))
WATCHING = Moment(
    "start responded, no checkpoint yet",
    (held(DESCRIBE, "before").model_copy(update={"after": 1}),),
)
REPLACED = Moment("replacement saved, old one not deleted yet", (held(START, "after", "late-"),))
LATE_STOP = Moment("stop on its way, runs after the kill", (held(STOP, "before"),))
STOPPED = Moment("stop has run, no response yet", (held(STOP, "after"),))
DESCRIBED = Moment("state requested, no response yet", (held(DESCRIBE, "after"),))
ENDING = Moment("waiting for a stopped task to end", (held(DESCRIBE, "before"),))

HALL = '\nrecording("hall")'
A = declare('recording("lobby")' + HALL)
B = declare('recording("lobby", ready_timeout=10)' + HALL)
WATCHED = declare('recording("lobby", startup_watch=1, max_duration_limit=86400)' + HALL)
AND_LATE = declare(f"""lobby = recording("lobby", ready_timeout=10)
recording("late", opts=ResourceOptions(depends_on=lobby)){HALL}""")
DELETE_FIRST = declare(
    'recording("lobby", opts=ResourceOptions(delete_before_replace=True))' + HALL
)


def cdn(ready_timeout: int) -> Step:
    return declare(
        f'recording("lobby", ready_timeout={ready_timeout}, '
        'publish_cdn_params=[{"publish_cdn_url": "rtmp://c/1"}])'
    )


def four(ready_timeout: int) -> Step:
    return declare(
        "for name in ('lobby', 'hall', 'shop', 'yard'): "
        f"recording(name, ready_timeout={ready_timeout})"
    )


UP = settle()
FORCED = ("--replace", "**::lobby")


@dataclass(frozen=True)
class Operation:
    """A command that is killed: the steps `before` it and `after` it.

    `tasks`: how many tasks must have been started in all after these.
    """

    name: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    tasks: int
    command: tuple[str, ...] = ("up",)


FIRST_UP = Operation("first up", (A,), (UP,), 2)
WATCHED_UP = Operation("first up, watched", (WATCHED,), (UP,), 2)
FORCE = ("up", *FORCED)
FORCED_UNCHANGED = Operation("forced replacement, to be rejected", (A, UP), (UP,), 2, FORCE)
FORCED_CHANGED_NAME = "forced replacement of a changed declaration"
FORCED_CHANGED = Operation(FORCED_CHANGED_NAME, (A, UP, B), (UP,), 3, FORCE)
FORCED_THEN_MORE = Operation(FORCED_CHANGED_NAME, (A, UP, AND_LATE), (UP,), 4, FORCE)
FORCED_DELETE_FIRST = Operation(
    "forced replacement, deleted first", (DELETE_FIRST, UP), (settle(*FORCE),), 3, FORCE
)
CHANGED = Operation("changed declaration", (A, UP, B), (UP,), 3)
SHARED_CDN = Operation("changed, same CDN target", (cdn(5), UP, cdn(6)), (UP,), 2)
DESTROY = Operation("destroy", (A, UP), (settle("destroy"),), 2, ("destroy",))
REFRESH = Operation("refresh", (A, UP), (settle("refresh"), UP), 2, ("refresh",))

RANDOM_OPERATIONS = (
    (Operation("first up", (four(5),), (UP,), 4), 4),
    (Operation("changed", (four(5), UP, four(6)), (UP,), 8), 12),
    (Operation("destroy", (four(5), UP), (settle("destroy"),), 4, ("destroy",)), 8),
)
"""Each with the least number of its requests."""

KILLED_OPERATIONS: tuple[tuple[Operation, Moment, tuple[Kill, ...], Kill | None], ...] = (
    (FIRST_UP, PROVIDER_UP, (SIGINT_TWICE, ENGINE, PROVIDER, ALL), None),
    (FIRST_UP, REPEATING, (SIGINT, ENGINE, ALL), None),
    (FIRST_UP, LATE_START, SUDDEN, ENGINE),
    (FIRST_UP, STARTED, KILLS, SIGINT_TWICE),
    (WATCHED_UP, WATCHING, SUDDEN, ALL),
    (FORCED_UNCHANGED, DESCRIBED, (ENGINE, ALL), None),
    (FORCED_CHANGED, STARTED, SUDDEN, None),
    (FORCED_THEN_MORE, REPLACED, (SIGINT, *SUDDEN), ALL),
    (FORCED_DELETE_FIRST, STOPPED, SUDDEN, None),
    (FORCED_DELETE_FIRST, STARTED, (ENGINE, ALL), None),
    (CHANGED, LATE_START, SUDDEN, None),
    (CHANGED, STARTED, KILLS, PROVIDER),
    (CHANGED, LATE_STOP, SUDDEN, None),
    (CHANGED, STOPPED, (SIGINT, *SUDDEN), None),
    (CHANGED, ENDING, (ENGINE, PROVIDER), None),
    (SHARED_CDN, STOPPED, SUDDEN, None),
    (SHARED_CDN, STARTED, SUDDEN, ALL),
    (DESTROY, LATE_STOP, SUDDEN, None),
    (DESTROY, STOPPED, (SIGINT, *SUDDEN), ALL),
    (DESTROY, ENDING, (ENGINE, PROVIDER), None),
    (REFRESH, DESCRIBED, (SIGINT_TWICE, PROVIDER, ALL), None),
)
"""The last of each is the kill that the tests run, too."""

SEEDS = range(16)


def _scenario(
    group: str, operation: Operation, moment: Moment, kill: Kill, variant: str, quick: bool = False
) -> Scenario:
    return Scenario(
        (*operation.before, interrupt(moment, kill, *operation.command), *operation.after),
        operation.tasks,
        group,
        ": ".join(part for part in (operation.name, moment.name) if part),
        variant,
        quick=quick,
    )


def _random_kill(seed: int) -> Scenario:
    """Kill a run of four recordings at a random time after a random request."""
    random = Random(seed)
    operation, requests = random.choice(RANDOM_OPERATIONS)
    request = random.randrange(requests)
    where = random.choice(("before", "after"))
    rule = fault(None, "hang", where=where, after=request, seconds=random.uniform(0, 1))
    moment = Moment("", (rule,), delay=random.uniform(0, 0.5))
    kill = random.choice(KILLS)
    group = "Killed at a random moment, then repeated"
    return _scenario(group, operation, moment, kill, f"seed {seed}, {kill.name}")


KILLED = tuple(
    _scenario("Killed, then repeated", operation, moment, kill, kill.name, kill == quick)
    for operation, moment, kills, quick in KILLED_OPERATIONS
    for kill in kills
)
KILLED_AT_RANDOM = tuple(map(_random_kill, SEEDS))
