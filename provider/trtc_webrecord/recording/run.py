"""What the recordings of one Pulumi run share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

from ..api.client import LiveTask, WebRecordApi
from ..api.pacing import Clock
from ..declaration.declaration import Declaration
from ..declaration.record_id import PERIOD
from ..storage.probes import Probes
from .account import Account
from .endpoint import Endpoint
from .record_id_cache import RecordIdCache
from .stack_credentials import StackCredentials
from .state import RunState
from .watching import YOUNG, Found, Watch

LATE_START = 3600.0
"""Seconds for which a run may still be trying to start a task with the RecordId of its period: more
than three failed requests and an unanswered one take with the longest `trtc:timeout`, 600 s."""


@dataclass(frozen=True)
class Run:
    """One Pulumi run.

    `namespace` is part of every derived RecordId, `endpoint` is where requests go, `notify` shows
    the user a message. `known`: the RecordIds that this run and earlier ones found used. `kept`:
    the TaskIds that a resource of this run uses; a delete does not stop those. `provider` is the
    URN of a provider that is not the only one of its kind. `probes` are those of the store.
    """

    api: WebRecordApi
    credentials: StackCredentials
    namespace: str
    endpoint: Endpoint
    clock: Clock
    notify: Callable[[str], None]
    state: RunState
    known: RecordIdCache
    kept: set[str] = field(default_factory=set)
    provider: str = ""
    probes: Probes = field(default_factory=Probes)

    @cached_property
    def account(self) -> Account:
        """The account of the credentials."""
        return Account(self.api, self.credentials)

    @cached_property
    def watch(self) -> Watch:
        """Polls the tasks of the service."""
        return Watch(self.api, self.clock)

    def day_before_is_over(self, declaration: Declaration) -> bool:
        """Whether every task of the period before has reached its limit, by the service's time."""
        into = self.api.service_time() % PERIOD
        over = into > declaration.max_duration_limit + LATE_START
        return over and self.api.knows_service_time

    def find(self, who: str, task_id: str, proves_end: Callable[[], bool]) -> LiveTask | None:
        """The running task of a TaskId, as soon as it is visible. Raises ApiError."""
        why, look = f"TaskId {task_id} is not visible yet", partial(self.api.describe, task_id)
        while True:
            live = self.until_shown(who, why, look)
            if live or proves_end():
                return live

    def until_shown(self, who: str, why: str, look: Callable[[], Found | None]) -> Found | None:
        """`Watch.until_shown`, which shows the user why `who` waits."""
        message = f"{who}: waiting up to {YOUNG:g} s: {why}"
        return self.watch.until_shown(look, lambda: self.notify(message))
