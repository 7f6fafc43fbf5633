"""The kills: which command is killed, at which moment, and how."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from random import Random

from faults.cases import Case
from faults.steps import Blow, Declare, Interrupt, Moment, Settle, Step
from trtc_recorder.api.faults import FaultRule

SIGINT = Blow("SIGINT", "engine", signal.SIGINT)
SIGINT_TWICE = Blow("SIGINT twice", "engine", signal.SIGINT, twice=True)
SIGTERM = Blow("SIGTERM", "engine", signal.SIGTERM)
ENGINE = Blow("SIGKILL of the engine", "engine", signal.SIGKILL)
PROVIDER = Blow("SIGKILL of the provider", "provider", signal.SIGKILL)
ALL = Blow("SIGKILL of everything", "all", signal.SIGKILL)
BLOWS = (SIGINT, SIGINT_TWICE, SIGTERM, ENGINE, PROVIDER, ALL)
SUDDEN = (SIGINT_TWICE, ENGINE, PROVIDER, ALL)

HELD = 3.0
"""Seconds that a request is held: long enough to kill, short enough to see it run late."""


def held(action: str, where: str, prefix: str = "lobby-", seconds: float = HELD) -> FaultRule:
    """Hold a request of the recordings with that prefix before or after it runs."""
    return FaultRule.model_validate(
        {
            "action": action,
            "where": where,
            "record_id_prefix": prefix,
            "what": "hang",
            "seconds": seconds,
        }
    )


THROTTLED = FaultRule(
    action="StartWebRecord", record_id_prefix="lobby-", what="throttle", times=None
)

UP_AND_READY = Moment("the provider has just come up")
REFUSED = Moment("start throttled, to be repeated", (THROTTLED,))
LATE_START = Moment("start on its way, runs after the kill", (held("StartWebRecord", "before"),))
STARTED = Moment("start has run, no response yet", (held("StartWebRecord", "after"),))
ANSWERED = Moment(
    "start responded, no checkpoint yet",
    (held("DescribeWebRecord", "before").model_copy(update={"after": 1}),),
)
REPLACED = Moment(
    "replacement saved, old one not deleted yet", (held("StartWebRecord", "after", "late-"),)
)
LATE_STOP = Moment("stop on its way, runs after the kill", (held("StopWebRecord", "before"),))
STOPPED = Moment("stop has run, no response yet", (held("StopWebRecord", "after"),))
ASKED = Moment("state requested, no response yet", (held("DescribeWebRecord", "after"),))
GOING = Moment("waiting for a stopped task to go", (held("DescribeWebRecord", "before"),))

HALL = '\nrecording("hall")'
A = 'recording("lobby")' + HALL
B = 'recording("lobby", ready_timeout=10)' + HALL
WATCHED = 'recording("lobby", startup_watch=1, max_duration_limit=86400)' + HALL
AND_LATE = """lobby = recording("lobby", ready_timeout=10)
recording("late", opts=ResourceOptions(depends_on=lobby))"""
DELETE_FIRST = 'recording("lobby", opts=ResourceOptions(delete_before_replace=True))' + HALL
CDN = (
    'recording("lobby", ready_timeout={}, publish_cdn_params=[{{"publish_cdn_url": "rtmp://c/1"}}])'
)

LOBBY = "**::lobby"
FORCED = ("--replace", LOBBY)
UP = Settle()


@dataclass(frozen=True)
class Operation:
    """A command that is killed: the steps `before` it and `after` it.

    `tasks`: how many tasks must have been started in all after these.
    """

    name: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    tasks: int
    command: str = "up"
    options: tuple[str, ...] = ()


FIRST_UP = Operation("first up", (Declare(A),), (UP,), 2)
WATCHED_UP = Operation("first up, watched", (Declare(WATCHED),), (UP,), 2)
FORCED_UNCHANGED = Operation(
    "forced replacement, to be refused", (Declare(A), UP), (UP,), 2, options=FORCED
)
FORCED_CHANGED = Operation(
    "forced replacement of a changed declaration",
    (Declare(A), UP, Declare(B)),
    (UP,),
    3,
    options=FORCED,
)
FORCED_THEN_MORE = Operation(
    "forced replacement of a changed declaration",
    (Declare(A), UP, Declare(AND_LATE + HALL)),
    (UP,),
    4,
    options=FORCED,
)
FORCED_DELETE_FIRST = Operation(
    "forced replacement, deleted first",
    (Declare(DELETE_FIRST), UP),
    (Settle("up", FORCED),),
    3,
    options=FORCED,
)
CHANGED = Operation("changed declaration", (Declare(A), UP, Declare(B)), (UP,), 3)
SHARED_CDN = Operation(
    "changed, same CDN target",
    (Declare(CDN.format(5)), UP, Declare(CDN.format(6))),
    (UP,),
    2,
)
DESTROY = Operation("destroy", (Declare(A), UP), (Settle("destroy"),), 2, "destroy")
REFRESH = Operation("refresh", (Declare(A), UP), (Settle("refresh"), UP), 2, "refresh")

FOUR = "for name in ('lobby', 'hall', 'shop', 'yard'): recording(name, ready_timeout={})"
RANDOM_OPERATIONS = (
    (Operation("first up", (Declare(FOUR.format(5)),), (UP,), 4), 4),
    (Operation("changed", (Declare(FOUR.format(5)), UP, Declare(FOUR.format(6))), (UP,), 8), 12),
    (Operation("destroy", (Declare(FOUR.format(5)), UP), (Settle("destroy"),), 4, "destroy"), 8),
)
"""Each with the least number of its requests."""

STRUCK: tuple[tuple[Operation, Moment, tuple[Blow, ...]], ...] = (
    (FIRST_UP, UP_AND_READY, (SIGINT_TWICE, ENGINE, PROVIDER, ALL)),
    (FIRST_UP, REFUSED, (SIGINT, ENGINE, ALL)),
    (FIRST_UP, LATE_START, SUDDEN),
    (FIRST_UP, STARTED, BLOWS),
    (WATCHED_UP, ANSWERED, SUDDEN),
    (FORCED_UNCHANGED, ASKED, (ENGINE, ALL)),
    (FORCED_CHANGED, STARTED, SUDDEN),
    (FORCED_THEN_MORE, REPLACED, (SIGINT, *SUDDEN)),
    (FORCED_DELETE_FIRST, STOPPED, SUDDEN),
    (FORCED_DELETE_FIRST, STARTED, (ENGINE, ALL)),
    (CHANGED, LATE_START, SUDDEN),
    (CHANGED, STARTED, BLOWS),
    (CHANGED, LATE_STOP, SUDDEN),
    (CHANGED, STOPPED, (SIGINT, *SUDDEN)),
    (CHANGED, GOING, (ENGINE, PROVIDER)),
    (SHARED_CDN, STOPPED, SUDDEN),
    (SHARED_CDN, STARTED, SUDDEN),
    (DESTROY, LATE_STOP, SUDDEN),
    (DESTROY, STOPPED, (SIGINT, *SUDDEN)),
    (DESTROY, GOING, (ENGINE, PROVIDER)),
    (REFRESH, ASKED, (SIGINT_TWICE, PROVIDER, ALL)),
)

QUICK = {
    (FIRST_UP, STARTED, SIGINT_TWICE),
    (FIRST_UP, LATE_START, ENGINE),
    (WATCHED_UP, ANSWERED, ALL),
    (FORCED_THEN_MORE, REPLACED, ALL),
    (CHANGED, STARTED, PROVIDER),
    (SHARED_CDN, STARTED, ALL),
    (DESTROY, STOPPED, ALL),
}

SEEDS = range(16)


def _case(group: str, operation: Operation, moment: Moment, blow: Blow, variant: str) -> Case:
    return Case(
        group=group,
        name=": ".join(part for part in (operation.name, moment.name) if part),
        variant=variant,
        steps=(
            *operation.before,
            Interrupt(moment, blow, operation.command, operation.options),
            *operation.after,
        ),
        tasks=operation.tasks,
        quick=(operation, moment, blow) in QUICK,
    )


def _random_case(seed: int) -> Case:
    """Kill a run of four recordings at a random time after a random request."""
    random = Random(seed)
    operation, requests = random.choice(RANDOM_OPERATIONS)
    request = random.randrange(requests)
    where = random.choice(("before", "after"))
    rule = FaultRule.model_validate(
        {"what": "hang", "where": where, "after": request, "seconds": random.uniform(0, 1)}
    )
    moment = Moment("", (rule,), later=random.uniform(0, 0.5))
    blow = random.choice(BLOWS)
    return _case(KILLED_BY_CHANCE, operation, moment, blow, f"seed {seed}, {blow.name}")


KILLED = "Killed, then repeated"
KILLED_BY_CHANCE = "Killed at a random moment, then repeated"
KILLS = tuple(
    _case(KILLED, operation, moment, blow, blow.name)
    for operation, moment, blows in STRUCK
    for blow in blows
)
RANDOM_KILLS = tuple(_random_case(seed) for seed in SEEDS)
