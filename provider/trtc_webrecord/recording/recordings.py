"""The recordings of one run: start or adopt, ask, stop; and what the run remembers of them.

Pulumi may delete a resource whose task lives on in another: a forced replacement (`--replace`)
creates before it deletes, and the same declaration adopts the task that runs. So a run remembers
the TaskIds that it handed out or found unchanged, and deleting one of those stops nothing.
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
from .interrupted import Interrupted, StateReader
from .starting import Recording, Start
from .watching import YOUNG, Watch

MAX_KNOWN_ENDED = 4096
"""How far along a declaration's RecordIds an ended one is looked for."""


class Recordings:
    """The recordings of one run. Thread-safe: it remembers in sets of strings alone.

    `namespace` enters every derived RecordId. `say` shows the user a message, `read_state` reads
    the stack's state.
    """

    def __init__(
        self,
        *,
        api: WebRecordApi,
        credentials: CredentialSource,
        namespace: str,
        clock: Clock,
        say: Callable[[str], None],
        read_state: StateReader,
    ) -> None:
        self._api = api
        self._credentials = credentials
        self._namespace = namespace
        self._clock = clock
        self._say = say
        self._watch = Watch(api, clock)
        self._interrupted = Interrupted(api, self._watch, namespace, read_state)
        self._live_elsewhere: set[str] = set()
        self._ended: set[str] = set()

    def refused(self, declaration: Declaration) -> list[str]:
        """Why the credentials at hand cannot serve this declaration."""
        try:
            self._storage_keys(declaration)
        except ConfigError as error:
            return [str(error)]
        return []

    def keep(self, task_id: str) -> None:
        """A resource of the stack goes on with this task: deleting another one stops nothing."""
        self._live_elsewhere.add(task_id)

    def note_ended(self, record_id: str) -> None:
        """Remember that a RecordId's task was seen as ended: those before it need no asking."""
        self._ended.add(record_id)

    def start(self, declaration: Declaration) -> dict[str, Any]:
        """Start the recording or adopt the one that runs; the resource's outputs.

        Raises RecordingError or ConfigError.
        """
        self._interrupted.prepare(declaration.resource_urn)
        if declaration.adopt_task_id:
            recording = self._adopt(declaration, declaration.adopt_task_id)
        else:
            recording = self._start(declaration)
        self._refuse_another_form(declaration, recording)
        started_at = None if recording.adopted else _timestamp(self._api.service_time())
        if declaration.startup_watch:
            self._watch_startup(declaration, recording)
        self.keep(recording.task_id)
        if recording.adopted:
            self._say(
                f"recording {declaration.name!r} runs already as TaskId {recording.task_id} "
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
        """`recording` or `ended`; a task too young to show keeps its last known status.

        Raises RecordingError where the service cannot be asked.
        """
        try:
            if self._watch.shows(task_id, lambda: self._is_young(props.get("started_at"))):
                return "recording"
        except ApiError as error:
            raise RecordingError(
                f"recording {declared_name(props)!r} (RecordId {props.get('record_id')}, TaskId "
                f"{task_id}): it is not known whether it still runs. {error}. The state keeps what "
                f"it knew. {remedy_for(error)}"
            ) from None
        self.note_ended(str(props.get("record_id")))
        return "ended"

    def stop(self, task_id: str, props: dict[str, Any]) -> None:
        """Stop the task and wait until the service no longer shows it. Raises RecordingError."""
        name = declared_name(props)
        if task_id in self._live_elsewhere:
            self._say(
                f"recording {name!r} goes on as TaskId {task_id}, which the stack still declares; "
                "to get a new recording, change its `triggers`"
            )
            return
        try:
            gone = self._watch.stop(task_id, lambda: self._is_young(props.get("started_at")))
        except ApiError as error:
            why, remedy = str(error), remedy_for(error)
        else:
            if gone:
                return
            why, remedy = "The service still shows it", "Run the same command again."
        raise RecordingError(
            f"recording {name!r} (RecordId {props.get('record_id')}, TaskId {task_id}) could not "
            f"be stopped and may still run. {why}. It stays in the stack's state. {remedy}"
        )

    def _refuse_another_form(self, declaration: Declaration, recording: Recording) -> None:
        if recording.adopted and self._interrupted.began_otherwise(declaration):
            raise RecordingError(
                f"recording {declaration.name!r}: TaskId {recording.task_id}, which runs under its "
                f"record_id {declaration.record_id!r}, was started by an interrupted run from an "
                "earlier form of the declaration. Give another record_id, or leave it out: the "
                "next `pulumi up` starts the new recording and stops this one."
            )

    def _stop_left_behind(self, declaration: Declaration, recording: Recording) -> None:
        try:
            found = self._interrupted.stop_other_forms(declaration, self._live_elsewhere)
        except (ApiError, RecordingError) as error:
            raise RecordingError(
                f"recording {declaration.name!r} runs as TaskId {recording.task_id} (RecordId "
                f"{recording.record_id}), but an interrupted run may have left the recording of an "
                f"earlier form of it, which could not be looked for or stopped. {error}. Run "
                "`pulumi up` again: it adopts the one and stops the other."
            ) from None
        for reason in found.unseen:
            self._say(
                f"recording {declaration.name!r} runs as TaskId {recording.task_id}; whether an "
                "interrupted run left the recording of an earlier form cannot be found out: "
                f"{reason}. Such a recording ends at its max_duration_limit"
            )
        for task_id in found.stopped:
            self._say(
                f"recording {declaration.name!r}: TaskId {task_id}, which an interrupted run had "
                "started from an earlier form of it, was stopped"
            )

    def _start(self, declaration: Declaration) -> Recording:
        keys = self._storage_keys(declaration)
        spec = declaration.spec

        def record_id(attempt: int) -> str:
            return declaration.record_id_of(attempt, self._namespace)

        return Start(
            name=declaration.name,
            sdk_app_id=declaration.sdk_app_id,
            request=lambda record_id: spec.wire(record_id, keys),
            record_ids=record_id,
            fixed=declaration.record_id is not None,
            first=0 if declaration.record_id else self._last_ended(record_id),
            api=self._api,
            watch=self._watch,
            clock=self._clock,
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
                "running; the next `pulumi up` of the unchanged declaration finds and adopts it, "
                "and starts no second one."
            ) from None

    def _last_ended(self, record_id: Callable[[int], str]) -> int:
        if not self._ended:
            return 0
        return next((n for n in range(MAX_KNOWN_ENDED) if record_id(n) in self._ended), 0)

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
                "service shows no such task, so it has ended. Leave adopt_task_id out to start a "
                "new recording."
            )
        return Recording(task_id, live.record_id, live.request_id, adopted=True)

    def _storage_keys(self, declaration: Declaration) -> tuple[str, str] | None:
        if not declaration.wants_storage_keys():
            return None
        credential = self._credentials.current()
        if credential.token:
            raise ConfigError(
                "storage_params.cloud_storage.access_key and secret_key are required with "
                "temporary credentials: the recording outlives them, and the request has no field "
                "for their token. Give a permanent key pair that may write to the bucket"
            )
        return credential.secret_id, credential.secret_key

    def _is_young(self, started_at: str | None) -> bool:
        if not started_at:
            return False
        age = self._api.service_time() - datetime.fromisoformat(started_at).timestamp()
        return age < YOUNG


def _timestamp(unix_seconds: float) -> str:
    return datetime.fromtimestamp(unix_seconds, timezone.utc).isoformat(timespec="seconds")
