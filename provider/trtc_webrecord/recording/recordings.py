"""Start or adopt, refresh and stop the recordings of one Pulumi run.

Pulumi may delete a resource whose task is still used by another one: a forced replacement
(`--replace`) creates before it deletes, and the unchanged declaration adopts the running task. So a
run remembers the TaskIds of created and unchanged resources, and a delete does not stop those.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from ..api.client import WebRecordApi
from ..api.codes import remedy_for
from ..api.credentials import CredentialSource
from ..api.pacing import Clock
from ..declaration.declaration import Declaration, declared_name
from ..errors import ApiError, ConfigError, RecordingError
from .attempt import Attempts, Recording
from .interrupted import Interrupted, StateReader
from .known_record_ids import KnownRecordIds
from .starting import DerivedStart, start_own
from .watching import YOUNG, Watch


class Recordings:
    """The recordings of one run. Thread-safe.

    `namespace` is part of every derived RecordId. `notify` shows the user a message, `read_state`
    reads the stack's state, `known` are the RecordIds that earlier runs found used.
    """

    def __init__(
        self,
        *,
        api: WebRecordApi,
        credentials: CredentialSource,
        namespace: str,
        clock: Clock,
        notify: Callable[[str], None],
        read_state: StateReader,
        known: KnownRecordIds,
    ) -> None:
        self._api = api
        self._credentials = credentials
        self._namespace = namespace
        self._clock = clock
        self._notify = notify
        self._watch = Watch(api, clock)
        self._interrupted = Interrupted(api, self._watch, namespace, read_state)
        self._known = known
        self._kept: set[str] = set()

    def refused(self, declaration: Declaration) -> list[str]:
        """Validation errors about the credentials that this declaration needs."""
        try:
            self._storage_keys(declaration)
        except ConfigError as error:
            return [str(error)]
        return []

    def keep(self, task_id: str) -> None:
        """Remember that a resource still uses this task, so that a delete does not stop it."""
        self._kept.add(task_id)

    def note_ended(self, record_id: str) -> None:
        """Remember that a RecordId's task has ended: a start then skips the RecordIds before it."""
        self._known.add_ended(record_id)

    def start(self, declaration: Declaration) -> dict[str, Any]:
        """Start the recording or adopt the running one; returns the resource's outputs.

        Raises RecordingError or ConfigError.
        """
        self._interrupted.prepare(declaration.resource_urn)
        if declaration.adopt_task_id:
            recording = self._adopt(declaration, declaration.adopt_task_id)
        else:
            recording = self._start(declaration)
        self._refuse_earlier_version(declaration, recording)
        started_at = None if recording.adopted else _timestamp(self._api.service_time())
        if declaration.startup_watch:
            self._watch_startup(declaration, recording)
        self.keep(recording.task_id)
        if recording.adopted:
            self._notify(
                f"recording {declaration.name!r} is already running as TaskId {recording.task_id} "
                f"(RecordId {recording.record_id}): adopted, nothing new was started"
            )
        self._stop_left_behind(declaration, recording)
        return {
            "task_id": recording.task_id,
            "record_id": recording.record_id,
            "request_id": recording.request_id,
            "status": "recording",
            "started_at": started_at,
            "file_prefix": declaration.file_prefix(recording.task_id),
        }

    def status(self, task_id: str, props: dict[str, Any]) -> str:
        """`recording` or `ended`; a task that is not yet visible counts as `recording`.

        Raises RecordingError if the request fails.
        """
        try:
            if self._watch.shows(task_id, lambda: self._is_young(props.get("started_at"))):
                return "recording"
        except ApiError as error:
            raise RecordingError(
                f"recording {declared_name(props)!r} (RecordId {props.get('record_id')}, TaskId "
                f"{task_id}): it is not known whether it is still running. {error}. The state "
                f"keeps the last known status. {remedy_for(error)}"
            ) from None
        self.note_ended(str(props.get("record_id")))
        return "ended"

    def stop(self, task_id: str, props: dict[str, Any]) -> None:
        """Stop the task and wait until it is gone. Raises RecordingError."""
        name = declared_name(props)
        if task_id in self._kept:
            self._notify(
                f"recording {name!r} keeps running as TaskId {task_id}: the stack still declares "
                "it. To start a new recording, change its `triggers`"
            )
            return
        try:
            gone = self._watch.stop(task_id, lambda: self._is_young(props.get("started_at")))
        except ApiError as error:
            why, remedy = str(error), remedy_for(error)
        else:
            if gone:
                self._known.add_stopped(str(props.get("record_id")))
                return
            why, remedy = "DescribeWebRecord still returns it", "Run the same command again."
        raise RecordingError(
            f"recording {name!r} (RecordId {props.get('record_id')}, TaskId {task_id}) could not "
            f"be stopped and may still be running. {why}. It stays in the stack's state. {remedy}"
        )

    def _refuse_earlier_version(self, declaration: Declaration, recording: Recording) -> None:
        if recording.adopted and self._interrupted.earlier_version_has_record_id(declaration):
            raise RecordingError(
                f"recording {declaration.name!r}: TaskId {recording.task_id} with record_id "
                f"{declaration.record_id!r} was started by an interrupted run from an earlier "
                "version of the declaration. Set another record_id, or remove it: the next "
                "`pulumi up` starts the new recording and stops this one."
            )

    def _stop_left_behind(self, declaration: Declaration, recording: Recording) -> None:
        try:
            found = self._interrupted.stop_earlier_versions(declaration, self._kept)
        except (ApiError, RecordingError) as error:
            raise RecordingError(
                f"recording {declaration.name!r} runs as TaskId {recording.task_id} (RecordId "
                f"{recording.record_id}), but an interrupted run may have left a recording of an "
                f"earlier version running, which could not be looked up or stopped. {error}. Run "
                "`pulumi up` again: it adopts the new recording and stops the earlier one."
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

    def _start(self, declaration: Declaration) -> Recording:
        keys = self._storage_keys(declaration)
        spec = declaration.spec
        own = declaration.record_id
        attempts = Attempts(
            name=declaration.name,
            sdk_app_id=declaration.sdk_app_id,
            request=lambda record_id: spec.wire(record_id, keys),
            may_adopt=lambda: own is None,
            api=self._api,
            watch=self._watch,
            clock=self._clock,
            notify=self._notify,
        )
        if own:
            return start_own(attempts, own)
        return DerivedStart(
            attempts,
            record_ids=lambda period, n: declaration.record_id_of(period, n, self._namespace),
            known=self._known,
            lookback=lambda: 1,
        ).run()

    def _watch_startup(self, declaration: Declaration, recording: Recording) -> None:
        try:
            self._watch.startup(
                declaration.name,
                recording.task_id,
                recording.record_id,
                declaration.startup_watch,
            )
        except ApiError as error:
            raise RecordingError(
                f"recording {declaration.name!r} (RecordId {recording.record_id}, TaskId "
                f"{recording.task_id}) was started, but cannot be watched. {error}. It may be "
                "running; the next `pulumi up` of the unchanged declaration adopts it, and does "
                "not start a second one."
            ) from None

    def _adopt(self, declaration: Declaration, task_id: str) -> Recording:
        try:
            live = self._watch.until_shown(lambda: self._api.describe(task_id))
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

    def _storage_keys(self, declaration: Declaration) -> tuple[str, str] | None:
        if not declaration.wants_storage_keys():
            return None
        credential = self._credentials.current()
        if credential.token:
            raise ConfigError(
                "storage_params.cloud_storage.access_key and secret_key are required with "
                "temporary credentials: the recording outlives them, and StartWebRecord has no "
                "parameter for a token. Set a permanent key pair that can write to the bucket"
            )
        return credential.secret_id, credential.secret_key

    def _is_young(self, started_at: str | None) -> bool:
        if not started_at:
            return False
        age = self._api.service_time() - datetime.fromisoformat(started_at).timestamp()
        return age < YOUNG


def _timestamp(unix_seconds: float) -> str:
    return datetime.fromtimestamp(unix_seconds, timezone.utc).isoformat(timespec="seconds")
