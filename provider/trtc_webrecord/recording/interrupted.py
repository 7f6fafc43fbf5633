"""Find and stop recordings that an interrupted run left running, by Pulumi's pending operations.

A run that is killed during a create leaves a *pending operation* with the create's inputs in the
state. If the declaration is then edited, its RecordId changes, and only the pending operation still
identifies the first task. So a create of the same URN reads the pending operations, and stops the
tasks of earlier versions of its declaration.
"""

from __future__ import annotations

import threading
from collections.abc import Container
from dataclasses import dataclass, field

from pydantic import ValidationError

from ..api.client import LiveTask, WebRecordApi
from ..declaration.declaration import Declaration
from ..errors import RecordingError, Refused
from .state import RunState, StackState
from .watching import Watch

ATTEMPTS = 8
"""How many RecordIds of each earlier version are looked up."""


@dataclass(frozen=True)
class LeftBehind:
    """The TaskIds that were `stopped`, and why other earlier versions were not `checked`."""

    stopped: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)


class Interrupted:
    """Stops recordings that interrupted runs of a stack left running. Thread-safe."""

    def __init__(self, api: WebRecordApi, watch: Watch, namespace: str, state: RunState) -> None:
        self._api = api
        self._watch = watch
        self._namespace = namespace
        self._state = state
        self._lock = threading.Lock()
        self._by_urn: dict[str, list[Declaration]] | None = None

    def began(self, declaration: Declaration) -> bool:
        """Whether an interrupted create of this declaration explains a task with its `record_id`.

        `check` has had the state read before the create under way, so this one is not among them.
        """
        return any(
            version.record_id == declaration.record_id
            and version.spec.identity() == declaration.spec.identity()
            for version in self._versions(declaration)
        )

    def stop_earlier_versions(self, declaration: Declaration, spare: Container[str]) -> LeftBehind:
        """Stop the tasks of earlier versions of this declaration, except the TaskIds in `spare`.

        TaskIds of resources in the state are not stopped: a pending operation stays in the state
        after its task was adopted, and Pulumi deletes resources itself. A version is `unchecked` if
        the service refuses the lookup, or, reported once, if the state cannot be read: a retry
        would not help. Raises RecordingError if a task does not stop, ApiError if a request fails.
        """
        found = LeftBehind()
        for version in self._earlier_versions(declaration):
            try:
                live = self._watch.until_shown(lambda version=version: self._live(version))  # type: ignore[misc]
            except Refused as error:
                found.unchecked.append(str(error))
                continue
            held = self._state.of(declaration.resource_urn).task_ids
            if live and live.task_id not in spare and live.task_id not in held:
                if not self._watch.stop(live.task_id, lambda: False):
                    raise RecordingError(f"The service still shows TaskId {live.task_id}")
                found.stopped.append(live.task_id)
        found.unchecked.extend(self._state.why_unreadable())
        return found

    def earlier_version_has_record_id(self, declaration: Declaration) -> bool:
        """Whether an interrupted create of this URN had the same `record_id` and another request.

        Derived RecordIds are never the same.
        """
        return any(
            version.record_id == declaration.record_id is not None
            and version.spec.identity() != declaration.spec.identity()
            for version in self._versions(declaration)
        )

    def _earlier_versions(self, declaration: Declaration) -> list[Declaration]:
        current = declaration.record_id_of(0, self._namespace)
        return [
            each
            for each in self._versions(declaration)
            if each.record_id_of(0, self._namespace) != current
        ]

    def _versions(self, declaration: Declaration) -> list[Declaration]:
        urn = declaration.resource_urn
        with self._lock:
            if self._by_urn is None:
                self._by_urn = _declarations(self._state.of(urn))
            return self._by_urn.get(urn, [])

    def _live(self, version: Declaration) -> LiveTask | None:
        record_ids = dict.fromkeys(
            version.record_id_of(n, self._namespace) for n in range(ATTEMPTS)
        )
        for record_id in record_ids:
            live = self._api.describe_by_record_id(version.sdk_app_id, record_id)
            if live:
                return live
        return None


def _declarations(state: StackState) -> dict[str, list[Declaration]]:
    by_urn: dict[str, list[Declaration]] = {}
    for urn, inputs in state.creating:
        try:
            declaration = Declaration.from_state(inputs)
        except ValidationError:
            continue
        by_urn.setdefault(urn, []).append(declaration)
    return by_urn
