"""The stack's state: the stored recordings and the pending creates.

It is read once in a run, and only where it decides something.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from .stored import Stored


@dataclass(frozen=True)
class StackState:
    """The recordings in a stack's state.

    `stored` are those that it goes on with, without the ones that Pulumi is about to delete;
    `task_ids` are the TaskIds of all. `creating` is the URN and the decrypted inputs of each
    unfinished create, `deleting` the URNs of unfinished deletes. `has_checkpoints`: the run that
    reads the state writes each step into it. `with_secrets` reads the state again, with secrets.
    """

    stored: tuple[Stored, ...] = ()
    task_ids: frozenset[str] = frozenset()
    creating: tuple[tuple[str, dict[str, Any]], ...] = ()
    deleting: frozenset[str] = frozenset()
    has_checkpoints: bool = True
    with_secrets: Callable[[], StackState] | None = field(default=None, compare=False)


StateReader = Callable[[str], StackState]
"""Reads the state of ORGANIZATION/PROJECT/STACK, with an empty organization if it is not known.
Raises StateUnreadable."""


class StateUnreadable(Exception):
    """The stack's state cannot be read; the message has the reason."""


class RunState:
    """The state at the beginning of a run, and what the run has stopped since. Thread-safe."""

    def __init__(self, read: StateReader) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._state: StackState | None = None
        self._decrypted = False
        self._unreadable: list[str] = []
        self._after_creates: StackState | None = None
        self._begun_before: set[str] = set()
        """The creates of this run that Pulumi had written into the state when it was read."""
        self.begun: set[str] = set()
        """The URNs of the run's creates: Pulumi has written them into the state."""
        self.stopped: dict[str, str] = {}
        """The tasks that this run has stopped, by the URN of their recording."""
        self.organization = ""
        """The organization of the stack, which no URN has; "" if it is not known."""
        self.declared: set[str] = set()
        """The URNs that the program of this run has declared."""
        self.has_program = False
        """Whether the program runs: `pulumi refresh` and `pulumi destroy` use older keys."""

    def of(self, urn: str) -> StackState:
        """The state of the stack of a URN; empty if it cannot be read."""
        with self._lock:
            if self._state is None:
                self._begun_before = set(self.begun)
                try:
                    state = self._read(_qualified(urn, self.organization))
                except StateUnreadable as error:
                    state = StackState()
                    self._unreadable.append(str(error))
                self._state = state
            return self._state

    def stack(self, urn: str) -> str:
        """The stack of a URN, ORGANIZATION/PROJECT/STACK, as a StateReader takes it."""
        return _qualified(urn, self.organization)

    def interrupted(self, urn: str) -> list[dict[str, Any]]:
        """The inputs of the creates of a URN that earlier runs have not finished.

        To be asked before this run begins one.
        """
        return _creates_of(urn, self.of(urn))

    def creating(self, urn: str) -> list[dict[str, Any]]:
        """The inputs of a URN's unfinished creates; the one under way is among them.

        If the state was read before that one began, Pulumi may or may not have written it yet, so
        the unfinished creates are read again.
        """
        found = _creates_of(urn, self.of(urn))
        with self._lock:
            if found and urn not in self._begun_before and self._state:
                begun = set(self.begun)
                with suppress(StateUnreadable):
                    later = self._read(_qualified(urn, self.organization))
                    self._state = replace(self._state, creating=later.creating)
                    self._begun_before = begun
                found = _creates_of(urn, self._state)
        return found

    def why_unreadable(self) -> list[str]:
        """Why the state could not be read; reported once."""
        with self._lock:
            reasons, self._unreadable = self._unreadable, []
            return reasons

    def stored(self, urn: str) -> Stored | None:
        """The stored recording of a URN, unless this run has stopped it."""
        found = next((each for each in self.of(urn).stored if each.urn == urn), None)
        return None if found and self.stopped.get(urn) == found.task_id else found

    def others(self, urn: str) -> list[Stored]:
        """The stored recordings of other URNs."""
        return [each for each in self.of(urn).stored if each.urn != urn]

    def holder(self, stored: Stored) -> Stored | None:
        """The resource of another URN that has the task and that this run does not delete.

        The engine deletes what is not declared any more once all creates are in the state: for the
        first of these deletes the state is read again. None if it cannot be read.
        """
        if stored.urn in self.declared:
            state = self.of(stored.urn)
        else:
            with self._lock:
                if self._after_creates is None:
                    self._after_creates = self._now(stored.urn)
                state = self._after_creates
        return _holder(state, stored) and _holder(self._now(stored.urn), stored)

    def _now(self, urn: str) -> StackState:
        try:
            return self._read(_qualified(urn, self.organization))
        except StateUnreadable as error:
            self._unreadable.append(str(error))
            return StackState()

    def decrypted(self, stored: Stored) -> Stored:
        """The same recording with its secrets. Raises StateUnreadable."""
        if not stored.encrypted:
            return stored
        with self._lock:
            state = self._state
            if state and state.with_secrets and not self._decrypted:
                later = state.with_secrets()
                self._state = replace(later, creating=state.creating)
                self._decrypted = True
        return self.stored(stored.urn) or stored


def _creates_of(urn: str, state: StackState) -> list[dict[str, Any]]:
    return [inputs for each, inputs in state.creating if each == urn]


def _holder(state: StackState, stored: Stored) -> Stored | None:
    for each in state.stored:
        if each.task_id == stored.task_id and each.urn not in (stored.urn, *state.deleting):
            return each
    return None


def _qualified(urn: str, organization: str) -> str:
    stack, _, rest = urn.removeprefix("urn:pulumi:").partition("::")
    project = rest.partition("::")[0]
    return f"{organization}/{project}/{stack}"
