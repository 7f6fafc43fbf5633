"""Start or adopt, refresh and stop the recordings of one Pulumi run.

Pulumi may delete a resource whose task is still used by another one: a forced replacement
(`--replace`) creates before it deletes, and the unchanged declaration adopts the running task. So a
run remembers the TaskIds of created and unchanged resources, and a delete does not stop those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..api.client import WebRecordApi
from ..api.codes import remedy_for
from ..api.credentials import CredentialSource
from ..api.pacing import Clock
from ..declaration.changes import Changes
from ..declaration.declaration import (
    Declaration,
    declared,
    declared_name,
    validation_errors,
)
from ..declaration.names import OUTPUTS, UNFINISHED
from ..declaration.validation import IsUnknown, Style, nothing_unknown
from ..errors import ApiError, Cancelled, RecordingError, WebRecordError
from .attempt import NEW_TRIGGERS, Attempts
from .checks import Checks
from .endpoint import Endpoint
from .outcome import MayRun, NotStarted, Outcome, Progress, Recording, Running
from .pending_creates import ATTEMPTS, PendingCreates
from .record_id_cache import RecordIdCache
from .replacement import Replacement
from .starting import DerivedStart, start_own
from .state import RunState, StateReader
from .storage_keys import storage_keys
from .tasks import Tasks
from .watching import Watch, waiting

UNKNOWN = "unknown"
"""The status of a resource of which no task is known yet."""


class Recordings:
    """The recordings of one run. Thread-safe.

    `namespace` is part of every derived RecordId, `endpoint` is where requests go. `notify` shows
    the user a message, `read_state` reads the stack's state, `known` are the RecordIds that earlier
    runs found used.
    """

    def __init__(
        self,
        *,
        api: WebRecordApi,
        credentials: CredentialSource,
        namespace: str,
        endpoint: Endpoint,
        clock: Clock,
        notify: Callable[[str], None],
        read_state: StateReader,
        known: RecordIdCache,
    ) -> None:
        self._api = api
        self._credentials = credentials
        self._namespace = namespace
        self._clock = clock
        self._notify = notify
        self._watch = Watch(api, clock)
        self._known = known
        self._endpoint = endpoint
        self._state = RunState(read_state)
        self.tasks = Tasks(
            api=api,
            watch=self._watch,
            endpoint=endpoint,
            state=self._state,
            known=known,
            notify=notify,
        )
        self._replacement = Replacement(
            state=self._state, tasks=self.tasks, endpoint=endpoint, notify=notify
        )
        self._pending_creates = PendingCreates(api, self._watch, namespace, self._state)
        self.checks = Checks(credentials, self._state)

    def program_runs(self, organization: str | None) -> None:
        """Note that this run has a program, and the organization of its stack."""
        self.tasks.keys_of_this_run = True
        if organization:
            self._state.organization = organization

    def changes(
        self,
        task_id: str,
        olds: dict[str, Any],
        news: dict[str, Any],
        is_unknown: IsUnknown = nothing_unknown,
    ) -> Changes:
        """What the new inputs change about a recording of the state.

        A delete does not stop the task of a recording that the program declares and that goes on.
        A refresh and a destroy ask too, for what no program has declared in this run.
        """
        changes = Changes(olds, news, is_unknown)
        if olds.get("status") == "ended":
            self._note_ended(olds)
        if not changes.replaces and self.checks.has_checked(news):
            self.tasks.kept.add(task_id)
        return changes

    def start(
        self,
        declaration: Declaration,
        store: Callable[[Running | MayRun], None] = lambda unfinished: None,
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

    def create(self, declaration: Declaration) -> Outcome:
        """Start the recording or adopt the running one.

        Whatever ends it, the outcome is that of the furthest fact which the start has reached. A
        bug before anything was sent is raised.
        """
        progress = Progress()
        try:
            recording = self._start(declaration, progress)
        except Exception as error:
            nothing_sent = not (progress.record_id or progress.recording)
            if nothing_sent and not isinstance(error, WebRecordError):
                raise
            return self._failed(declaration, progress, error)
        return Running(recording.task_id, self._outputs(declaration, recording))

    def _start(self, declaration: Declaration, progress: Progress) -> Recording:
        self._state.begin_create(declaration.resource_urn)
        ended = self._replacement.prepare(declaration)
        if ended:
            self._known.ended.add(ended)
        if declaration.adopt_task_id:
            recording = self._adopt(declaration, declaration.adopt_task_id)
        else:
            recording = self._start_or_adopt(declaration, progress)
        progress.runs(recording)
        if declaration.startup_watch:
            self._watch_startup(declaration, recording, progress)
        self.tasks.kept.add(recording.task_id)
        if recording.adopted:
            self._known.add_adopted(recording.task_id)
            self._notify(
                f"recording {declaration.name!r} is already running as TaskId {recording.task_id} "
                f"(RecordId {recording.record_id or 'none'}): adopted, nothing new was started"
            )
        self._stop_earlier_tasks(declaration, recording)
        return recording

    def _failed(self, declaration: Declaration, progress: Progress, error: Exception) -> Outcome:
        """The outcome of a start that an error has ended."""
        cause = progress.cause(error)
        says_all = isinstance(error, RecordingError) and not isinstance(error, Cancelled)
        if progress.recording:
            recording = progress.recording
            self.tasks.kept.add(recording.task_id)
            if not says_all:
                cause = (
                    f"recording {declaration.name!r} (RecordId {recording.record_id}, TaskId "
                    f"{recording.task_id}) runs, but its start was not finished: {cause}. It is in "
                    "the stack's state; the next `pulumi up` finishes the start."
                )
            outputs = self._outputs(declaration, recording)
            unfinished = {UNFINISHED: recording.record_id, "record_id": declaration.record_id}
            return Running(recording.task_id, {**outputs, **unfinished}, cause)
        stopped = self._state.stopped(declaration.resource_urn)
        before = stopped and (
            f" The recording before it, TaskId {stopped}, was stopped first for this replacement: "
            "nothing else records now."
        )
        if progress.record_id:
            if not says_all:
                another = "set another record_id" if declaration.record_id else NEW_TRIGGERS
                cause = (
                    f"recording {declaration.name!r}: it is not known whether RecordId "
                    f"{progress.record_id} was started. {cause}. A task may be running; the state "
                    "has its RecordId, and the next `pulumi up` adopts it and does not start a "
                    f"second one. If this stays so, {another} to record under another RecordId; a "
                    "task of this one then ends at its max_duration_limit."
                )
            unknown = {"status": UNKNOWN, UNFINISHED: progress.record_id}
            return MayRun(
                progress.record_id,
                {**unknown, **self._endpoint.outputs()},
                f"{cause}{before or ''}",
            )
        if not says_all:
            cause = f"recording {declaration.name!r} was not started: {cause}"
        return NotStarted(f"{cause}{before or ''}")

    def read(self, task_id: str, props: dict[str, Any], style: Style = str) -> dict[str, Any]:
        """The properties of a running task that only its id and inputs name.

        Raises RecordingError.
        """
        inputs = declared(props)
        if reasons := validation_errors(inputs, style):
            raise RecordingError(f"TaskId {task_id} was not read: {'; '.join(reasons)}")
        declaration = Declaration.from_props(inputs)
        live = self.tasks.find(task_id, declaration.name)
        recording = Recording(task_id, live.record_id, live.request_id, adopted=True)
        return {**inputs, **self._outputs(declaration, recording)}

    def _finish(self, record_id: str, props: dict[str, Any]) -> dict[str, Any] | None:
        """The properties of a resource that failed to come up, once its start is finished.

        Finds its task, waiting for one that may be too new to be visible, and stops what pending
        creates have left; None if no task is running. Raises RecordingError.
        """
        finished = {name: value for name, value in props.items() if name != UNFINISHED}
        declaration = Declaration.from_state(declared(props))
        if "task_id" not in props:
            live = self.tasks.find_started(declaration, record_id)
            if live is None:
                return None
            self._notify(
                f"recording {declaration.name!r} was started: TaskId {live.task_id}, RecordId "
                f"{record_id}"
            )
            found = Recording(live.task_id, record_id, live.request_id, adopted=True)
            finished.update(self._outputs(declaration, found))
        finished["record_id"] = record_id or None
        recording = Recording(finished["task_id"], record_id, "", adopted=True)
        self._stop_earlier_tasks(declaration, recording)
        return finished

    def refresh(self, task_id: str, props: dict[str, Any]) -> dict[str, Any] | None:
        """The properties with the task's status; None if it has ended and is to be restarted.

        Under a program, of a task that was started elsewhere, they stay as they are: an update
        follows, and looks for it at the configured endpoint. Raises RecordingError if the status is
        not known.
        """
        if self.tasks.keys_of_this_run and self.tasks.is_elsewhere(props):
            return props
        record_id = _unfinished(task_id, props)
        if record_id is not None:
            finished = self._finish(record_id, props)
            if finished is None:
                return None
            task_id, props = finished["task_id"], finished
        refreshed = {**props, "status": self.tasks.status(task_id, props)}
        if refreshed["status"] == "ended":
            self._note_ended(props)
            if props.get("restart_policy") == "always":
                return None
        return refreshed

    def update(self, task_id: str, olds: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
        """The outputs under new inputs that replace nothing; a request only for a moved endpoint.

        Raises RecordingError if a running task is not at the configured endpoint and region.
        """
        if "storage_params" in Changes(olds, news).in_place:
            self._notify(
                f"recording {declared_name(news)!r}: TaskId {task_id} keeps the storage keys that "
                "it was started with; the new keys apply to the next recording"
            )
        outputs = {name: olds.get(name) for name in OUTPUTS}
        return {**outputs, **self.tasks.endpoint_after_update(task_id, olds)}

    def stop(self, task_id: str, props: dict[str, Any]) -> None:
        """Stop the task and wait until it is gone. Raises RecordingError."""
        record_id = _unfinished(task_id, props)
        if record_id is not None:
            finished = self._finish(record_id, props)
            if finished is None:
                return
            task_id, props = finished["task_id"], finished
        self.tasks.stop(task_id, props)

    def _note_ended(self, props: dict[str, Any]) -> None:
        """A start then skips the RecordIds before it."""
        if record_id := props.get("record_id"):
            self._known.ended.add(record_id)

    def _outputs(self, declaration: Declaration, recording: Recording) -> dict[str, Any]:
        return {
            "task_id": recording.task_id,
            "record_id": recording.record_id or None,
            "request_id": recording.request_id,
            "status": "recording",
            "started_at": recording.started_at,
            "file_prefix": declaration.file_prefix(recording.task_id),
            **self._endpoint.outputs(),
        }

    def _stop_earlier_tasks(self, declaration: Declaration, recording: Recording) -> None:
        try:
            found = self._pending_creates.stop_others(
                declaration,
                {*self.tasks.kept, recording.task_id},
                lambda: self._waiting(
                    declaration,
                    f"it runs as TaskId {recording.task_id}; an interrupted run may have begun an "
                    "earlier version, whose task may be too new to be visible",
                ),
            )
        except (ApiError, RecordingError) as error:
            raise RecordingError(
                f"recording {declaration.name!r} runs as TaskId {recording.task_id} (RecordId "
                f"{recording.record_id}), but an interrupted run may have left a recording of an "
                f"earlier version running, which could not be looked up or stopped. {error}. Run "
                "`pulumi up` again: it stops the earlier one."
            ) from None
        for reason in found.unchecked:
            self._notify(
                f"recording {declaration.name!r} runs as TaskId {recording.task_id}; cannot check "
                "whether an interrupted run left a recording of an earlier version running: "
                f"{reason}. Such a recording ends at its max_duration_limit"
            )
        for task_id in found.stopped:
            self._notify(
                f"recording {declaration.name!r}: stopped TaskId {task_id}, which an interrupted "
                "run had started from an earlier version of the declaration"
            )

    def _start_or_adopt(self, declaration: Declaration, progress: Progress) -> Recording:
        keys = storage_keys(declaration, self._credentials)
        spec = declaration.spec
        own = declaration.record_id
        attempts = Attempts(
            name=declaration.name,
            sdk_app_id=declaration.sdk_app_id,
            request=lambda record_id: spec.wire(record_id, keys),
            may_adopt=lambda: own is None or self._pending_creates.began(declaration),
            api=self._api,
            watch=self._watch,
            clock=self._clock,
            notify=self._notify,
            another="set another record_id" if own else NEW_TRIGGERS,
            progress=progress,
        )
        if own:
            return start_own(attempts, own)
        return DerivedStart(
            attempts,
            record_ids=lambda period, n: declaration.record_id_of(period, n, self._namespace),
            known=self._known,
            lookback=lambda: ATTEMPTS if self._pending_creates.began(declaration) else 1,
            longest=declaration.max_duration_limit,
        ).run()

    def _watch_startup(
        self, declaration: Declaration, recording: Recording, progress: Progress
    ) -> None:
        ended = self._watch.startup(
            declaration.name, recording.task_id, recording.record_id, declaration.startup_watch
        )
        if ended:
            progress.nothing_runs()
            raise RecordingError(ended)

    def _adopt(self, declaration: Declaration, task_id: str) -> Recording:
        if task_id in self.tasks.kept:
            raise RecordingError(
                f"recording {declaration.name!r}: TaskId {task_id} was not adopted: another "
                "recording of the stack holds it, and removing one would end the other's "
                "recording. Remove adopt_task_id."
            )
        try:
            live = self._watch.until_shown(
                lambda: self._api.describe(task_id),
                lambda: self._waiting(declaration, f"TaskId {task_id} is not visible yet"),
            )
        except ApiError as error:
            raise RecordingError(
                f"recording {declaration.name!r}: TaskId {task_id} was not adopted. {error}. "
                f"{remedy_for(error)}"
            ) from None
        if live is None:
            raise RecordingError(
                f"recording {declaration.name!r}: adopt_task_id {task_id} was not adopted: the "
                "service finds no such task, so it has ended. Remove adopt_task_id to start a new "
                "recording."
            )
        return Recording(task_id, live.record_id, live.request_id, adopted=True)

    def _waiting(self, declaration: Declaration, reason: str) -> None:
        self._notify(waiting(declaration.name, reason))


def _unfinished(id_: str, props: dict[str, Any]) -> str | None:
    """The RecordId of a resource that failed to come up, None if its start was finished."""
    if UNFINISHED in props:
        return str(props[UNFINISHED])
    return id_ if props.get("status") == UNKNOWN else None  # a state of an earlier version
