"""Recordings that an interrupted run may have left behind, as Pulumi's own state knows them.

A run that is killed in the middle of a create leaves a *pending operation* in the state, with the
inputs that it was creating from. If the declaration is edited before the next run, the RecordId
changes with it, and nothing else in the world still names the first task. So a create of the same
URN reads the pending operations, and stops what still runs of another form of its declaration.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from ..api.client import LiveTask, WebRecordApi
from ..declaration.declaration import Declaration
from ..errors import RecordingError, Refused
from .watching import Watch

ATTEMPTS = 8
"""How many of a form's RecordIds are looked for; each before the last one used was spent."""


@dataclass(frozen=True)
class StackState:
    """What a stack's state says of its recordings.

    `held` are the TaskIds of its resources; `creating` the URN and the inputs, secrets decrypted,
    of each create that was begun and not finished.
    """

    held: frozenset[str] = frozenset()
    creating: tuple[tuple[str, dict[str, Any]], ...] = ()


StateReader = Callable[[str], StackState]
"""Reads the state of the stack that a URN belongs to. Raises StateUnreadable."""


class StateUnreadable(Exception):
    """The stack's state cannot be read; says why."""


@dataclass(frozen=True)
class LeftBehind:
    """What came of the other forms: TaskIds that were `stopped`, and why others were not `seen`."""

    stopped: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


class Interrupted:
    """Stops what interrupted runs of a stack left running. Thread-safe.

    The state is read once, when first needed.
    """

    def __init__(
        self, api: WebRecordApi, watch: Watch, namespace: str, read_state: StateReader
    ) -> None:
        self._api = api
        self._watch = watch
        self._namespace = namespace
        self._read_state = read_state
        self._lock = threading.Lock()
        self._by_urn: dict[str, list[Declaration]] | None = None
        self._held: frozenset[str] = frozenset()
        self._unreadable: list[str] = []

    def prepare(self, urn: str) -> None:
        """Read the state in the background, while the start that needs it is under way."""
        if self._by_urn is None:
            threading.Thread(target=self._pending, args=(urn,), daemon=True).start()

    def stop_other_forms(self, declaration: Declaration, spare: Container[str]) -> LeftBehind:
        """Stop what runs of other forms of this declaration, but the TaskIds in `spare`.

        A pending operation outlives its recovery. The task may belong to a resource again, perhaps
        under another name; so what the state holds is left alone, as Pulumi deletes that itself.
        A form that the service refuses to tell of is `unseen`, and so are all forms, for the first
        caller, where the state cannot be read: no repetition would change that. Raises
        RecordingError where a task does not stop, ApiError where the service cannot be asked.
        """
        found = LeftBehind()
        for form in self._other_forms(declaration):
            try:
                live = self._watch.until_shown(lambda form=form: self._live(form))  # type: ignore[misc]
            except Refused as error:
                found.unseen.append(str(error))
                continue
            if live and live.task_id not in spare and live.task_id not in self._held:
                if not self._watch.stop(live.task_id, lambda: False):
                    raise RecordingError(f"The service still shows TaskId {live.task_id}")
                found.stopped.append(live.task_id)
        with self._lock:
            found.unseen.extend(self._unreadable)
            self._unreadable.clear()
        return found

    def began_otherwise(self, declaration: Declaration) -> bool:
        """Whether a create of this URN was interrupted that gave the same RecordId to another form.

        Only a `record_id` of the user's own can be that of two forms.
        """
        forms = self._pending(declaration.resource_urn).get(declaration.resource_urn, [])
        return any(
            form.record_id == declaration.record_id is not None
            and form.spec.identity() != declaration.spec.identity()
            for form in forms
        )

    def _other_forms(self, declaration: Declaration) -> list[Declaration]:
        forms = self._pending(declaration.resource_urn).get(declaration.resource_urn, [])
        current = declaration.record_id_of(0, self._namespace)
        return [form for form in forms if form.record_id_of(0, self._namespace) != current]

    def _pending(self, urn: str) -> dict[str, list[Declaration]]:
        with self._lock:
            if self._by_urn is None:
                state = StackState()
                try:
                    state = self._read_state(urn)
                except StateUnreadable as error:
                    self._unreadable.append(str(error))
                self._held = state.held
                self._by_urn = _declarations(state)
            return self._by_urn

    def _live(self, form: Declaration) -> LiveTask | None:
        record_ids = dict.fromkeys(form.record_id_of(n, self._namespace) for n in range(ATTEMPTS))
        for record_id in record_ids:
            live = self._api.describe_by_record_id(form.sdk_app_id, record_id)
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
