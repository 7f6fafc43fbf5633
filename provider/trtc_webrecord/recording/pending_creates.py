"""Finds and stops recordings of pending creates, which a killed run leaves in the state.

A run that is killed during a create leaves a *pending operation* with the create's inputs in the
state. If the declaration is then edited, its RecordId changes, and only the pending operation still
identifies the first task. So a create of the same URN reads the pending operations, and stops the
tasks of earlier versions of its declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from pydantic import ValidationError

from ..api.client import LiveTask, WebRecordApi
from ..declaration.declaration import Declaration
from ..declaration.record_id import period_of
from ..errors import RecordingError, Rejected
from .state import RunState
from .watching import Watch

ATTEMPTS = 8
"""How many RecordIds of each earlier version are looked up, of this period and the one before."""


@dataclass(frozen=True)
class EarlierTasks:
    """The TaskIds that were `stopped`, and why other earlier versions were not `checked`."""

    stopped: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


class PendingCreates:
    """Stops the recordings of a stack's pending creates. Thread-safe."""

    def __init__(self, api: WebRecordApi, watch: Watch, namespace: str, state: RunState) -> None:
        self._api = api
        self._watch = watch
        self._namespace = namespace
        self._state = state

    def began(self, declaration: Declaration) -> bool:
        """Whether a pending create, beside the one under way, may have started its task."""
        same = [each for each in self._versions(declaration) if _is_same(each, declaration)]
        return len(same) > 1

    def stop_others(
        self,
        declaration: Declaration,
        spare: Container[str],
        on_wait: Callable[[], None] = lambda: None,
    ) -> EarlierTasks:
        """Stop what pending creates started of earlier versions of the declaration.

        TaskIds in `spare` and of resources in the state are not stopped: a pending operation stays
        in the state after its task was adopted, and Pulumi deletes resources itself. A version is
        `unchecked` if the service refuses the lookup, or, reported once, if the state cannot be
        read: a retry would not help. `on_wait` is called once a task is waited for. Raises
        RecordingError if a task does not stop, ApiError if a request fails.
        """
        stored = self._state.of(declaration.resource_urn).task_ids
        found = EarlierTasks()
        for version in self._earlier_versions(declaration):
            try:
                live = self._watch.until_shown(partial(self._live, version), on_wait)
            except Rejected as error:
                found.unchecked.append(str(error))
                continue
            if live and live.task_id not in spare and live.task_id not in stored:
                if not self._watch.stop(live.task_id, lambda: False):
                    raise RecordingError(f"The service still shows TaskId {live.task_id}")
                found.stopped.append(live.task_id)
        found.unchecked.extend(self._state.why_unreadable())
        return found

    def _earlier_versions(self, declaration: Declaration) -> list[Declaration]:
        current = declaration.record_id_of(0, 0, self._namespace)
        return [
            each
            for each in self._versions(declaration)
            if each.record_id_of(0, 0, self._namespace) != current
        ]

    def _versions(self, declaration: Declaration) -> Iterator[Declaration]:
        for inputs in self._state.creating(declaration.resource_urn):
            with suppress(ValidationError):  # of another version of this package
                yield Declaration.from_state(inputs)

    def _live(self, version: Declaration) -> LiveTask | None:
        today = period_of(self._api.service_time())
        record_ids = dict.fromkeys(
            version.record_id_of(period, n, self._namespace)
            for period in (today, today - 1)
            for n in range(ATTEMPTS)
        )
        looks = (self._api.describe_by_record_id(version.sdk_app_id, each) for each in record_ids)
        return next(filter(None, looks), None)


def _is_same(version: Declaration, declaration: Declaration) -> bool:
    return (version.record_id, version.triggers, version.spec.identity()) == (
        declaration.record_id,
        declaration.triggers,
        declaration.spec.identity(),
    )
