"""Recovery from edits after a kill, lost and older states, rejections, clocks and midnight."""

from __future__ import annotations

from faults.failures import DESCRIBE, START, STOP, fault
from faults.kill_signals import ALL, ENGINE, LATE_START, SIGINT_TWICE, STARTED
from faults.pipeline import Pipeline
from faults.scenario import Scenario, scenarios
from faults.steps import (
    Moment,
    Step,
    declare,
    end_tasks,
    environment,
    inject,
    interrupt,
    midnight,
    once,
    service,
    settle,
)
from trtc_recorder.testing import SECRET_ID, SECRET_KEY

A = declare('recording("lobby")')
B = declare('recording("lobby", ready_timeout=10)')
C = declare('recording("lobby", ready_timeout=20)')
A_BY_ID = declare('recording("lobby", record_id="lobby-1")')
B_BY_ID = declare('recording("lobby", record_id="lobby-2", ready_timeout=10)')
NOTHING = declare("")
KEYS = declare("""recording("lobby", storage_params={"cloud_storage": {
    **COS["cloud_storage"], "access_key": "AK", "secret_key": "SK"}})""")
HALL = """recording("hall", record_url="https://example.com/lobby",
    opts=ResourceOptions({options}))
"""
RENAMED = declare(HALL.format(options="aliases=[pulumi.Alias(name='lobby')]"))
ANEW = declare(
    'lobby = recording("lobby", ready_timeout=10)\n' + HALL.format(options="depends_on=lobby")
)
UP, DESTROY, REFRESH = settle(), settle("destroy"), settle("refresh")
UP_ONCE_FAILS = once(fails=True)
KILLED_UP = interrupt(STARTED, ALL)
UNLOCK, LOSE_STATE = Pipeline.unlock, Pipeline.lose_state
KEEP_COPY, RESTORE_COPY = Pipeline.keep_copy, Pipeline.restore_copy

OUTCOME_UNKNOWN = inject(
    fault(START, "cut, executed"), fault(START, "error", code="UnauthorizedOperation", after=1)
)
"""Of a start whose task shows later (`visible_after`), at any time of the day."""
SERVICE_DOWN = Moment("service down", (fault(START, "HTTP 503", times=None),))


def reject(action: str) -> Step:
    """The service rejects an action from now on."""
    return inject(fault(action, "error", code="UnauthorizedOperation", times=None))


def keys(secret_id: str, secret_key: str, token: str = "") -> Step:
    """The pipeline's credentials."""
    return environment(
        TENCENTCLOUD_SECRET_ID=secret_id,
        TENCENTCLOUD_SECRET_KEY=secret_key,
        TENCENTCLOUD_TOKEN=token,
    )


ANOTHER_ACCOUNT = (
    service("accept", "AKIDclub", "club-key", sdk_app_ids=[1600022222]),
    keys("AKIDclub", "club-key"),
)
NOT_OURS = "belongs to another account than the credentials"


def temporary_keys(token: str) -> tuple[Step, Step]:
    """The pipeline gets temporary credentials that are valid for a minute."""
    secret_id, secret_key = "AKIDtemporary", "temporary-key"
    return (
        service("accept", secret_id, secret_key, token=token, expires_in=60),
        keys(secret_id, secret_key, token),
    )


EDITED = scenarios(
    "Killed, and edited before it is repeated",
    {
        "first up, then edited": Scenario((A, KILLED_UP, B, UP), 2, quick=True),
        "first up with a record_id, repeated, then edited with another": Scenario(
            (A_BY_ID, KILLED_UP, UP, B_BY_ID, UP), 2
        ),
        "first up by SIGINT twice, then edited": Scenario(
            (A, interrupt(STARTED, SIGINT_TWICE), B, UP), 2
        ),
        "first up by SIGKILL of the engine, then edited": Scenario(
            (A, interrupt(STARTED, ENGINE), B, UP), 2
        ),
        "first up by SIGKILL of the engine, service down, then destroyed": Scenario(
            (A, interrupt(SERVICE_DOWN, ENGINE), DESTROY), 0, quick=True
        ),
        "first up before the start has run, then edited": Scenario(
            (A, interrupt(LATE_START, ALL), B, UP), 2
        ),
        "first up, then edited, again and again": Scenario(
            (A, KILLED_UP, B, UNLOCK, KILLED_UP, C, UP), 3
        ),
        "replacement, then edited": Scenario((A, UP, B, KILLED_UP, C, UP), 3),
        "first up, adopted, edited and put back": Scenario((A, KILLED_UP, UP, B, UP, A, UP), 3),
        "first up, adopted, renamed, the old name declared again": Scenario(
            (A, KILLED_UP, UP, RENAMED, UP, ANEW, UP), 2
        ),
    },
)

LOST = (A, UP, LOSE_STATE, UP)
STATES = scenarios(
    "The state, lost or older",
    {
        "deleted": Scenario(LOST, 1),
        "deleted, the task not shown yet": Scenario(LOST, 1, visible_after=5),
        "deleted, then destroyed": Scenario((*LOST, DESTROY), 1),
        "deleted, the recording ended": Scenario((A, UP, end_tasks, LOSE_STATE, UP), 2),
        "cut short by the kill": Scenario((A, KILLED_UP, Pipeline.truncate, UP), 1),
        "an older copy, from before an edit": Scenario(
            (A, UP, KEEP_COPY, B, UP, RESTORE_COPY, UP), 2, quick=True
        ),
        "an older copy, from before the first recording": Scenario(
            (NOTHING, UP, KEEP_COPY, A, UP, RESTORE_COPY, UP), 1
        ),
        "an older copy, with an interrupted create": Scenario(
            (A, KILLED_UP, KEEP_COPY, UNLOCK, UP, B, UP, RESTORE_COPY, UP), 2
        ),
    },
)

A_WHOLE_DAY = (midnight(43_200), declare('recording("lobby", max_duration_limit=86400)'))
"""From noon: it outlives the next midnight."""
AGAIN = (UP, DESTROY)

DAYS = scenarios(
    "The day changes, and with it the RecordIds",
    {
        "first up killed before, repeated in the first minute after": Scenario(
            (*A_WHOLE_DAY, KILLED_UP, midnight(20), UP), 1, quick=True
        ),
        "first up killed 2 s before, tasks slow to show": Scenario(
            (*A_WHOLE_DAY, midnight(-2), KILLED_UP, UP), 1, visible_after=5
        ),
        "the state lost, up an hour after": Scenario(
            (*A_WHOLE_DAY, UP, LOSE_STATE, midnight(3600), UP), 1
        ),
        "fourth recording of a day killed before, repeated after": Scenario(
            (*A_WHOLE_DAY, *AGAIN * 3, KILLED_UP, midnight(20), UP), 4
        ),
        "killed before, edited after": Scenario(
            (*A_WHOLE_DAY, KILLED_UP, midnight(3600), B, UP), 2
        ),
        "up, destroy, up, on three days": Scenario(
            (A, *AGAIN * 2, midnight(5), *AGAIN * 2, midnight(3600), *AGAIN, UP), 6
        ),
    },
)

REJECTIONS = scenarios(
    "Rejections, clocks and tokens",
    {
        "StartWebRecord rejected": Scenario(
            (A, reject(START), once(fails=True, prints="was not started"), UP), 1
        ),
        "StartWebRecord rejected for a changed declaration, put back": Scenario(
            (A, UP, B, reject(START), UP_ONCE_FAILS, A, UP), 1
        ),
        "DescribeWebRecord rejected, in refresh": Scenario(
            (A, UP, reject(DESCRIBE), once("refresh", fails=True), REFRESH, UP), 1
        ),
        "StopWebRecord rejected, in a replacement": Scenario(
            (A, UP, B, reject(STOP), once(fails=True, prints="may still be running"), UP), 2
        ),
        "StopWebRecord rejected, in destroy": Scenario(
            (A, UP, reject(STOP), once("destroy", fails=True), DESTROY), 1
        ),
        "start's response lost, its repetition rejected, repeated": Scenario(
            (A, OUTCOME_UNKNOWN, once(fails=True, prints="the next `pulumi up` adopts it"), UP),
            1,
            visible_after=5,
        ),
        "clock 400 s ahead": Scenario((service("advance", 400), A, UP, B, UP, DESTROY), 2),
        "clock 400 s behind, tasks slow to show": Scenario(
            (service("switch", clock_offset=-400), A, UP, B, UP, DESTROY), 2, visible_after=5
        ),
        "temporary token expires between two runs": Scenario(
            (
                *temporary_keys("token-1"),
                KEYS,
                UP,
                service("advance", 61),
                once("destroy", fails=True, prints="AuthFailure.TokenFailure"),
                *temporary_keys("token-2"),
                DESTROY,
            ),
            1,
        ),
        "keys of another account in refresh, up and destroy": Scenario(
            (
                A,
                UP,
                service("advance", 60),
                *ANOTHER_ACCOUNT,
                *(once(each, fails=True, prints=NOT_OURS) for each in ("refresh", "destroy")),
                B,
                once(fails=True, prints=NOT_OURS),
                keys(SECRET_ID, SECRET_KEY),
                UP,
            ),
            2,
        ),
        "recording ends by itself, then edited": Scenario((A, UP, end_tasks, B, UP), 2),
    },
)
