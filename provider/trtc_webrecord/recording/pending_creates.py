"""Finds and stops recordings of pending creates, which a killed run leaves in the state.

A run that is killed during a create leaves a *pending operation* with the create's inputs in the
state. Once the declaration is edited, only that identifies the first task. So a create of the same
URN stops the tasks of earlier versions of its declaration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from ..api.client import LiveTask
from ..declaration.declaration import Declaration
from ..declaration.record_id import period_of
from ..errors import ApiError, InvalidProperties, RecordingError, Rejected
from .run import Run
from .watching import STOP_PATIENCE

ATTEMPTS = 8
"""How many RecordIds of each earlier version are looked up, of this period and the one before."""


class PendingCreates:
    """Stops the recordings of a stack's pending creates. Thread-safe."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._announced: set[str] = set()

    def began(self, declaration: Declaration) -> bool:
        """Whether a pending create, beside the one under way, may have started its task."""
        creating = self._run.state.creating(declaration.resource_urn)
        same = [each for each in versions(creating) if _is_same(each, declaration)]
        own = self._run.state.of(declaration.resource_urn).has_checkpoints
        return len(same) > own

    def announce(self, declaration: Declaration) -> None:
        """Show once, before a create, what an interrupted run may have started of a resource.

        Sends no request. A pending create stays in the state after its task was adopted, so one of
        another version counts only if the state has no recording.
        """
        urn = declaration.resource_urn
        if urn in self._announced:  # the engine checks a replacement twice
            return
        self._announced.add(urn)
        found = list(versions(self._run.state.interrupted(urn)))
        if any(_is_same(each, declaration) for each in found):
            what = "it, and `pulumi up` adopts what runs"
        elif found and self._run.state.stored(urn) is None:
            what = "an earlier version of it, and `pulumi up` stops what runs of that"
        else:
            return
        self._run.notify(
            f"{declaration.who}: an interrupted run may have started {what}. Clear pending creates "
            "only after that: `pulumi refresh --clear-pending-creates --yes`"
        )

    def stop_earlier(self, declaration: Declaration, record_id: str | None, task_id: str) -> None:
        """Stop what pending creates started of earlier versions of a declaration that runs.

        Tasks that this run keeps or the state stores are not stopped: a pending operation stays in
        the state after its task was adopted, and Pulumi deletes resources itself. A rejected
        look-up or an unreadable state is only shown: a retry would not help. Raises RecordingError.
        """
        runs = f"{declaration.who} runs as TaskId {task_id}"
        current = declaration.record_id_of(0, 0, self._run.namespace)
        unchecked = []
        try:
            for version in versions(self._run.state.creating(declaration.resource_urn)):
                if version.record_id_of(0, 0, self._run.namespace) == current:
                    continue
                try:
                    live = self._find(version, task_id)
                except Rejected as error:
                    unchecked.append(str(error))
                else:
                    self._stop(declaration, live, task_id)
        except (ApiError, RecordingError) as error:
            raise RecordingError(
                f"{runs} (RecordId {record_id}), but an interrupted run may have left a recording "
                f"of an earlier version running, which could not be looked up or stopped. {error}. "
                "Run the same command again: it stops the earlier one."
            ) from None
        for reason in (*unchecked, *self._run.state.why_unreadable()):
            self._run.notify(
                f"{runs}; cannot check whether an interrupted run left a recording of an earlier "
                f"version running: {reason}. Such a recording ends at its max_duration_limit"
            )

    def _find(self, version: Declaration, task_id: str) -> LiveTask | None:
        """The task of an earlier version.

        One that may be too new to be visible is waited for by the first RecordId of today. A later
        one is rare, and is visible by then: so a batch of versions costs few requests.
        """
        look = partial(self._run.api.describe_by_record_id, version.sdk_app_id)
        first, *others = self._record_ids(version)
        why = (
            f"it runs as TaskId {task_id}; an interrupted run may have begun an earlier version, "
            "whose task may be too new to be visible"
        )
        live = self._run.until_shown(version.who, why, partial(look, first))
        return live or next(filter(None, map(look, others)), None)

    def _stop(self, declaration: Declaration, live: LiveTask | None, task_id: str) -> None:
        stored = self._run.state.of(declaration.resource_urn).task_ids
        if live is None or live.task_id in {task_id, *self._run.kept, *stored}:
            return
        gone = self._run.watch.stop(
            live.task_id,
            lambda: False,
            on_wait=lambda: self._run.notify(
                f"{declaration.who}: waiting up to {STOP_PATIENCE:g} s until TaskId "
                f"{live.task_id}, of an earlier version, is gone"
            ),
        )
        if not gone:
            raise RecordingError(f"The service still shows TaskId {live.task_id}")
        self._run.notify(
            f"{declaration.who}: stopped TaskId {live.task_id}, which an interrupted "
            "run had started from an earlier version of the declaration"
        )

    def _record_ids(self, version: Declaration) -> list[str]:
        today = period_of(self._run.api.service_time())
        periods = [today] if self._run.day_before_is_over(version) else [today, today - 1]
        record_ids = (
            version.record_id_of(period, n, self._run.namespace)
            for period in periods
            for n in range(ATTEMPTS)
        )
        return list(dict.fromkeys(record_ids))


def versions(creating: Iterable[dict[str, Any]]) -> Iterator[Declaration]:
    """The declarations of pending creates, by their inputs in the state."""
    for inputs in creating:
        with suppress(InvalidProperties):  # of another version of this package
            yield Declaration.from_state(inputs)


def _is_same(version: Declaration, declaration: Declaration) -> bool:
    return (version.record_id, version.triggers, version.spec.identity()) == (
        declaration.record_id,
        declaration.triggers,
        declaration.spec.identity(),
    )
