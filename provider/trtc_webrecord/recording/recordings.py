"""The recordings of one Pulumi run: create, refresh, update and stop them.

Pulumi may delete a resource whose task is still used by another one: a forced replacement
(`--replace`) creates before it deletes, and the unchanged declaration adopts the running task. So a
run remembers the TaskIds of created and unchanged resources, and a delete does not stop those.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..declaration.changes import Changes
from ..declaration.declaration import Declaration, declared, declared_name, validation_errors
from ..declaration.names import OUTPUTS, UNFINISHED
from ..declaration.validation import IsUnknown, Style, nothing_unknown
from ..errors import RecordingError, cannot_be_imported
from .checks import Checks
from .creating import Creating
from .ended_before import EndedBefore
from .lookup import look_up
from .outcome import MayRun, NotStarted, Recording, Running, outputs, unfinished_outputs
from .pending_creates import PendingCreates
from .run import Run
from .stopping import stop_task
from .stored import UNKNOWN, Stored
from .tasks import MAY_RUN, Tasks


class Recordings:
    """The recordings of one run. Thread-safe.

    `check` is `Checks.of`, `create` is `Creating.create`, `look_up` is that of `lookup`,
    `stop_task` that of `stopping`.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._tasks = Tasks(run)
        self._pending_creates = PendingCreates(run)
        self._ended_before = EndedBefore(run)
        self._unfinished: dict[str, Stored] = {}
        """Those that this run has read, by TaskId; after a rename, others have the new URN."""
        self.check = Checks(run, self._pending_creates.announce).of
        self.create = Creating(run, self._tasks, self._pending_creates).create
        self.look_up = partial(look_up, run)
        self.stop_task = partial(stop_task, run)

    def program_runs(self, organization: str | None) -> None:
        """Note that this run has a program, and the organization of its stack."""
        self._run.state.has_program = True
        if organization:
            self._run.state.organization = organization

    def changes(
        self,
        task_id: str,
        olds: dict[str, Any],
        news: dict[str, Any],
        is_unknown: IsUnknown = nothing_unknown,
    ) -> Changes:
        """What the new inputs change about a recording of the state.

        A delete does not stop the task of a recording that the program declares and that goes on.
        A refresh and a destroy look it up too, for what no program has declared in this run.
        """
        changes = Changes(olds, news, is_unknown)
        stored = Stored.of(task_id, olds)
        has_ended = self._note_if_ended(stored)
        if has_ended and changes.replaces:
            self._run.notify(f"{stored.who} has ended: this change starts a new one, stops nothing")
        elif changes.replaces and changes.share_a_cdn_target:
            self._run.notify(
                f"{stored.who} is stopped before the new one starts: both push to one CDN URL"
            )
        if not changes.replaces and news["resource_urn"] in self._run.state.declared:
            self._run.kept.add(task_id)
            if has_ended and not stored.restarts and not self._tasks.has_told_end(task_id):
                self._ended_before.announce(stored)
        return changes

    def changed_outputs(self, task_id: str, olds: dict[str, Any]) -> list[str]:
        """What an update changes beside the inputs: endpoint, status, an unfinished start."""
        stored = Stored.of(task_id, olds)
        changed = {
            "endpoint": self._tasks.is_elsewhere(stored),
            "status": self._tasks.status_changed(task_id),
            UNFINISHED: stored.is_unfinished,
        }
        return [name for name, has_changed in changed.items() if has_changed]

    def start(
        self, declaration: Declaration, store: Callable[[Running | MayRun], None]
    ) -> dict[str, Any]:
        """Start the recording or adopt the running one; returns the resource's outputs.

        Raises RecordingError with the problem of any other outcome; `store` first gets one whose
        task runs or may run, for the state.
        """
        outcome = self.create(declaration)
        if isinstance(outcome, Running) and not outcome.problem:
            return outcome.outputs
        if not isinstance(outcome, NotStarted):
            store(outcome)
        raise RecordingError(outcome.problem)

    def read(self, task_id: str, props: dict[str, Any], style: Style = str) -> dict[str, Any]:
        """The properties of a running task that only its id and inputs name.

        Raises RecordingError.
        """
        inputs = declared(props)
        if inputs.keys() <= {"resource_urn"}:
            raise cannot_be_imported(task_id)
        if reasons := validation_errors(inputs, style):
            raise RecordingError(f"TaskId {task_id} was not read: {'; '.join(reasons)}")
        declaration = Declaration.from_props(inputs)
        live = self._tasks.find(task_id, declaration)
        recording = Recording(task_id, live.record_id, live.request_id, adopted=True)
        return {**inputs, **outputs(declaration, recording, self._run.endpoint)}

    def refresh(self, task_id: str, props: dict[str, Any]) -> dict[str, Any] | None:
        """The properties with the task's status; None if none runs, or if it is to be restarted.

        Changes nothing in the cloud, since a preview calls it, too: an unfinished start is finished
        by the update, the replacement or the delete that follows. Under a program, of a task that
        was started elsewhere, the properties stay as they are: an update follows, and looks for it
        at the configured endpoint. Raises RecordingError if the status is not known.
        """
        stored = self._known(task_id, props)
        if self._run.state.has_program and self._tasks.is_elsewhere(stored):
            return props
        found = self._found(stored)
        if found is None:
            return None
        if found.is_unfinished:
            self._unfinished[found.task_id] = found
        refreshed = {**found.props, **self._tasks.status(found)}
        ended = self._note_if_ended(Stored.of(found.task_id, refreshed))
        return None if ended and found.restarts and not found.is_unfinished else refreshed

    def update(self, task_id: str, olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
        """The outputs under new inputs that replace nothing.

        Sends requests only for a moved endpoint, and to finish an unfinished start. Raises
        RecordingError if a running task is not at the configured endpoint and region.
        """
        if "storage_params" in Changes(olds, news).in_place:
            self._run.notify(
                f"recording {declared_name(news)!r}: TaskId {task_id} keeps the storage keys that "
                "it was started with; the new keys apply to the next recording"
            )
        stored = Stored.of(task_id, olds)
        kept = {name: olds[name] for name in OUTPUTS if name in olds}
        kept |= {"record_id": stored.record_id, **self._tasks.endpoint_after_update(stored)}
        self._finish(stored)
        return kept

    def stop(self, task_id: str, props: dict[str, Any]) -> None:
        """Stop the task and wait until it is gone. Raises RecordingError."""
        found = self._found(self._known(task_id, props))
        if found:
            self._finish(found)
            self._tasks.stop(found)

    def _known(self, task_id: str, props: dict[str, Any]) -> Stored:
        """The recording of the state; it shows the run's stack to the credentials."""
        stored = Stored.of(task_id, props)
        self._run.credentials.stack = self._run.state.stack(stored.urn)
        return stored

    def _found(self, stored: Stored) -> Stored | None:
        """The recording with its task, which is searched for if only its RecordId is known.

        Waits for a task that may be too new to be visible; None if none is running. Raises
        RecordingError, also for a start at another endpoint.
        """
        if stored.status != UNKNOWN or stored.record_id is None:
            return stored
        self._tasks.reject_elsewhere(stored, MAY_RUN)
        declaration = stored.declaration
        live = self._tasks.find_started(declaration, stored.record_id)
        if live is None:
            return None
        self._run.notify(
            f"{declaration.who} was started: TaskId {live.task_id}, RecordId {stored.record_id}"
        )
        recording = Recording(live.task_id, stored.record_id, live.request_id, adopted=True)
        found = unfinished_outputs(declaration, recording, self._run.endpoint)
        return Stored.of(live.task_id, {**stored.props, **found})

    def _finish(self, stored: Stored) -> None:
        """Stop what pending creates have left, unless a create has. Raises RecordingError."""
        read = self._unfinished.get(stored.task_id, stored)
        if read.is_unfinished and read.urn not in self._run.state.begun:
            self._pending_creates.stop_earlier(read.declaration, read.record_id, read.task_id)

    def _note_if_ended(self, stored: Stored) -> bool:
        """Whether the task has ended; a start then skips the RecordIds before its own."""
        ended = stored.status == "ended"
        if ended and stored.record_id:
            self._run.known.ended.add(stored.record_id)
        return ended
