"""Cases other than kills: edits after a kill, lost and older states, refusals, clocks."""

from __future__ import annotations

from faults.cases import Case
from faults.kills import ALL, ENGINE, LATE_START, SIGINT_TWICE, STARTED
from faults.steps import (
    Backend,
    Declare,
    EndTasks,
    Environment,
    Inject,
    Interrupt,
    Midnight,
    Moment,
    Once,
    Service,
    Settle,
)
from trtc_recorder.api.faults import FaultRule

A = Declare('recording("lobby")')
B = Declare('recording("lobby", ready_timeout=10)')
C = Declare('recording("lobby", ready_timeout=20)')
NOTHING = Declare("")
KEYS = Declare("""recording("lobby", storage_params={"cloud_storage": {
    **COS["cloud_storage"], "access_key": "AK", "secret_key": "SK"}})""")
HALL = """recording("hall", record_url="https://example.com/lobby",
    opts=ResourceOptions({options}))
"""
RENAMED = Declare(HALL.format(options="aliases=[pulumi.Alias(name='lobby')]"))
ANEW = Declare(
    'lobby = recording("lobby", ready_timeout=10)\n' + HALL.format(options="depends_on=lobby")
)
UP = Settle()
DESTROY = Settle("destroy")
KILLED_UP = Interrupt(STARTED, ALL)
KEEP_COPY, RESTORE_COPY = Backend("keep_copy"), Backend("restore_copy")
LOSE_STATE, UNLOCK = Backend("lose_state"), Backend("unlock")


def refused(action: str) -> Inject:
    """The service refuses an action from now on."""
    rule = {"action": action, "what": "error", "code": "UnauthorizedOperation", "times": None}
    return Inject((FaultRule.model_validate(rule),))


OUTCOME_UNKNOWN = Inject(
    (
        FaultRule(action="StartWebRecord", what="cut", where="after"),
        FaultRule(action="DescribeWebRecord", what="error", code="UnauthorizedOperation", after=1),
    )
)


def temporary_keys(token: str) -> tuple[Service, Environment]:
    """The pipeline gets temporary credentials that are valid for a minute."""
    pair = ("AKIDtemporary", "temporary-key")
    return (
        Service("accept", pair, (("token", token), ("expires_in", 60))),
        Environment(*pair, token),
    )


MIDNIGHT = "The day changes, and with it the RecordIds"
KILLED_AND_EDITED = "Killed, and edited before it is repeated"
STATE = "The state, lost or older"
REFUSED = "Checks, clocks and tokens"

SERVICE_DOWN = Moment(
    "service down", (FaultRule(action="StartWebRecord", what="status", times=None),)
)

EDITED = (
    Case(KILLED_AND_EDITED, "first up, then edited", (A, KILLED_UP, B, UP), tasks=2, quick=True),
    Case(
        KILLED_AND_EDITED,
        "first up with a record_id, repeated, then edited with another",
        (
            Declare('recording("lobby", record_id="lobby-1")'),
            KILLED_UP,
            UP,
            Declare('recording("lobby", record_id="lobby-2", ready_timeout=10)'),
            UP,
        ),
        tasks=2,
    ),
    Case(
        KILLED_AND_EDITED,
        "first up by SIGINT twice, then edited",
        (A, Interrupt(STARTED, SIGINT_TWICE), B, UP),
        tasks=2,
    ),
    Case(
        KILLED_AND_EDITED,
        "first up by SIGKILL of the engine, then edited",
        (A, Interrupt(STARTED, ENGINE), B, UP),
        tasks=2,
    ),
    Case(
        KILLED_AND_EDITED,
        "first up by SIGKILL of the engine, service down, then destroyed",
        (A, Interrupt(SERVICE_DOWN, ENGINE), DESTROY),
        tasks=0,
        quick=True,
    ),
    Case(
        KILLED_AND_EDITED,
        "first up before the start has run, then edited",
        (A, Interrupt(LATE_START, ALL), B, UP),
        tasks=2,
    ),
    Case(
        KILLED_AND_EDITED,
        "first up, then edited, again and again",
        (A, KILLED_UP, B, UNLOCK, KILLED_UP, C, UP),
        tasks=3,
    ),
    Case(KILLED_AND_EDITED, "replacement, then edited", (A, UP, B, KILLED_UP, C, UP), tasks=3),
    Case(
        KILLED_AND_EDITED,
        "first up, adopted, edited and put back",
        (A, KILLED_UP, UP, B, UP, A, UP),
        tasks=3,
    ),
    Case(
        KILLED_AND_EDITED,
        "first up, adopted, renamed, the old name declared again",
        (A, KILLED_UP, UP, RENAMED, UP, ANEW, UP),
        tasks=2,
    ),
)

STATES = (
    Case(STATE, "deleted", (A, UP, LOSE_STATE, UP), tasks=1),
    Case(
        STATE, "deleted, the task not shown yet", (A, UP, LOSE_STATE, UP), tasks=1, visible_after=5
    ),
    Case(STATE, "deleted, then destroyed", (A, UP, LOSE_STATE, UP, DESTROY), tasks=1),
    Case(STATE, "deleted, the recording ended", (A, UP, EndTasks(), LOSE_STATE, UP), tasks=2),
    Case(
        STATE,
        "an older copy, from before an edit",
        (A, UP, KEEP_COPY, B, UP, RESTORE_COPY, UP),
        tasks=2,
        quick=True,
    ),
    Case(
        STATE,
        "an older copy, from before the first recording",
        (NOTHING, UP, KEEP_COPY, A, UP, RESTORE_COPY, UP),
        tasks=1,
    ),
    Case(
        STATE,
        "an older copy, with an interrupted create",
        (A, KILLED_UP, KEEP_COPY, UNLOCK, UP, B, UP, RESTORE_COPY, UP),
        tasks=2,
    ),
)

NOON = Midnight(43_200)
"""A recording of a whole day that begins now outlives the next midnight."""
A_WHOLE_DAY = Declare('recording("lobby", max_duration_limit=86400)')
AGAIN = (UP, DESTROY)

DAYS = (
    Case(
        MIDNIGHT,
        "first up killed before, repeated in the first minute after",
        (NOON, A_WHOLE_DAY, KILLED_UP, Midnight(20), UP),
        tasks=1,
        quick=True,
    ),
    Case(
        MIDNIGHT,
        "first up killed 2 s before, tasks slow to show",
        (NOON, A_WHOLE_DAY, Midnight(-2), KILLED_UP, UP),
        tasks=1,
        visible_after=5,
    ),
    Case(
        MIDNIGHT,
        "the state lost, up an hour after",
        (NOON, A_WHOLE_DAY, UP, LOSE_STATE, Midnight(3600), UP),
        tasks=1,
    ),
    Case(
        MIDNIGHT,
        "fourth recording of a day killed before, repeated after",
        (NOON, A_WHOLE_DAY, *AGAIN * 3, KILLED_UP, Midnight(20), UP),
        tasks=4,
    ),
    Case(
        MIDNIGHT,
        "killed before, edited after",
        (NOON, A_WHOLE_DAY, KILLED_UP, Midnight(3600), B, UP),
        tasks=2,
    ),
    Case(
        MIDNIGHT,
        "up, destroy, up, on three days",
        (A, *AGAIN * 2, Midnight(5), *AGAIN * 2, Midnight(3600), *AGAIN, UP),
        tasks=6,
    ),
)

REFUSALS = (
    Case(
        REFUSED,
        "StartWebRecord refused",
        (A, refused("StartWebRecord"), Once(fails=True, prints="was not started"), UP),
        tasks=1,
    ),
    Case(
        REFUSED,
        "StartWebRecord refused for a changed declaration, put back",
        (A, UP, B, refused("StartWebRecord"), Once(fails=True), A, UP),
        tasks=1,
    ),
    Case(
        REFUSED,
        "DescribeWebRecord refused, in refresh",
        (A, UP, refused("DescribeWebRecord"), Once("refresh", fails=True), Settle("refresh"), UP),
        tasks=1,
    ),
    Case(
        REFUSED,
        "StopWebRecord refused, in a replacement",
        (A, UP, B, refused("StopWebRecord"), Once(fails=True, prints="may still be running"), UP),
        tasks=2,
    ),
    Case(
        REFUSED,
        "StopWebRecord refused, in destroy",
        (A, UP, refused("StopWebRecord"), Once("destroy", fails=True), DESTROY),
        tasks=1,
    ),
    Case(
        REFUSED,
        "start's response lost, DescribeWebRecord refused, repeated",
        (A, OUTCOME_UNKNOWN, Once(fails=True, prints="of the unchanged declaration"), UP),
        tasks=1,
    ),
    Case(
        REFUSED,
        "clock 400 s ahead",
        (Service("advance", (400,)), A, UP, B, UP, DESTROY),
        tasks=2,
    ),
    Case(
        REFUSED,
        "clock 400 s behind, tasks slow to show",
        (Service("advance", (-400,)), A, UP, B, UP, DESTROY),
        tasks=2,
        visible_after=5,
    ),
    Case(
        REFUSED,
        "temporary token expires between two runs",
        (
            *temporary_keys("token-1"),
            KEYS,
            UP,
            Service("advance", (61,)),
            Once("destroy", fails=True, prints="AuthFailure.TokenFailure"),
            *temporary_keys("token-2"),
            DESTROY,
        ),
        tasks=1,
    ),
    Case(
        REFUSED,
        "recording ends by itself, then edited",
        (A, UP, EndTasks(), B, UP),
        tasks=2,
    ),
)
