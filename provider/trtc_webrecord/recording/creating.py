"""Creates the recording of a declaration: starts it, or adopts the running one."""

from __future__ import annotations

from functools import partial

from ..declaration.declaration import Declaration
from ..errors import RecordingError, WebRecordError
from .attempt import Attempts
from .cdn_targets import CdnTargets
from .outcome import Outcome, Progress, Recording, Running, ended_by, outputs
from .pending_creates import PendingCreates
from .replacement import Replacement
from .run import Run
from .starting import start
from .storage_keys import storage_keys
from .tasks import Tasks


class Creating:
    """The creates of one run. Thread-safe."""

    def __init__(self, run: Run, tasks: Tasks, pending_creates: PendingCreates) -> None:
        self._run = run
        self._tasks = tasks
        self._pending_creates = pending_creates
        self._replacement = Replacement(run, tasks)
        self._cdn_targets = CdnTargets(run, tasks)

    def create(self, declaration: Declaration) -> Outcome:
        """Start the recording or adopt the running one.

        Whatever ends it, the outcome is how far the start has come. A bug before anything was sent
        is raised.
        """
        progress = Progress()
        try:
            recording = self._start(declaration, progress)
        except Exception as error:
            if progress.recording:
                self._run.kept.add(progress.recording.task_id)
            elif not progress.record_id and not isinstance(error, WebRecordError):
                raise
            stopped = self._run.state.stopped.get(declaration.resource_urn, "")
            return ended_by(error, progress, declaration, self._run.endpoint, stopped)
        return Running(recording.task_id, outputs(declaration, recording, self._run.endpoint))

    def _start(self, declaration: Declaration, progress: Progress) -> Recording:
        self._run.state.begun.add(declaration.resource_urn)
        self._replacement.prepare(declaration)
        self._cdn_targets.check(declaration)
        if declaration.adopt_task_id:
            recording = self._adopt(declaration, declaration.adopt_task_id)
        else:
            keys = storage_keys(declaration, self._run.credentials)
            began = partial(self._pending_creates.began, declaration)
            recording = start(Attempts(self._run, declaration, keys, began, progress))
        progress.recording = recording
        if declaration.startup_watch:
            self._watch_startup(declaration, recording, progress)
        self._run.kept.add(recording.task_id)
        if recording.adopted:
            self._tasks.reject_unseen_adoption(recording.task_id, declaration)
            record_id, task_id = recording.record_id, recording.task_id
            named = f"RecordId {record_id}" if record_id else f"TaskId {task_id}"
            self._run.notify(
                f"{declaration.who} is already running ({named}): adopted, nothing new was started"
            )
        self._pending_creates.stop_earlier(declaration, recording.record_id, recording.task_id)
        return recording

    def _watch_startup(
        self, declaration: Declaration, recording: Recording, progress: Progress
    ) -> None:
        ended = self._run.watch.startup(
            declaration.name, recording.task_id, recording.record_id, declaration.startup_watch
        )
        if ended:
            progress.nothing_runs()
            raise RecordingError(ended)

    def _adopt(self, declaration: Declaration, task_id: str) -> Recording:
        who = declaration.who
        if task_id in self._run.kept:
            raise RecordingError(
                f"{who}: TaskId {task_id} was not adopted: another recording of the stack holds "
                "it, and removing one would end the other's recording. Remove adopt_task_id."
            )
        live = self._tasks.seek(task_id, declaration, f"{who}: TaskId {task_id} was not adopted.")
        if live is None:
            raise RecordingError(
                f"{who}: adopt_task_id {task_id} was not adopted: the service finds no such task: "
                "it has ended, or was never one of this account. Remove adopt_task_id to start a "
                "new recording."
            )
        return Recording(task_id, live.record_id, live.request_id, adopted=True)
