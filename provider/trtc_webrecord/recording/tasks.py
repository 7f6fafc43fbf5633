"""The tasks that a state names: their status, their end, and where they run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..api.client import LiveTask, WebRecordApi
from ..api.codes import remedy_for
from ..declaration.declaration import Declaration, declared_name, identified
from ..errors import ApiError, RecordingError
from .endpoint import Endpoint
from .outcome import timestamp
from .record_id_cache import RecordIdCache
from .state import RunState
from .watching import YOUNG, Watch


class Tasks:
    """The tasks of a stack's state. Thread-safe.

    `kept` are the TaskIds that a resource of this run uses: a delete does not stop them. `endpoint`
    is where the provider is configured to ask.
    """

    def __init__(
        self,
        *,
        api: WebRecordApi,
        watch: Watch,
        endpoint: Endpoint,
        state: RunState,
        known: RecordIdCache,
        notify: Callable[[str], None],
    ) -> None:
        self._api = api
        self._watch = watch
        self._endpoint = endpoint
        self._state = state
        self._known = known
        self._notify = notify
        self._changed: set[str] = set()
        self.kept: set[str] = set()
        self.keys_of_this_run = False
        """Whether the program ran: `pulumi refresh` and `pulumi destroy` use older keys."""

    def status(self, task_id: str, props: dict[str, Any]) -> str:
        """`recording` or `ended`; a task that is not yet visible counts as `recording`.

        Raises RecordingError if the task was started elsewhere, or if the request fails.
        """
        who = identified(task_id, props)
        self._endpoint.reject_elsewhere(who, "The state keeps the last known status.", props)
        try:
            live = self.shows(task_id, props)
        except ApiError as error:
            raise RecordingError(
                f"{who}: it is not known whether it is still running. {error}. The state "
                f"keeps the last known status. {self.remedy(error)}"
            ) from None
        status = "recording" if live else "ended"
        if status != props.get("status"):
            self._changed.add(task_id)
            self._notify(f"{who} {self._seen(status, props)}")
        return status

    def status_changed(self, task_id: str) -> bool:
        """Whether this run saw another status than the state's; true once."""
        changed = task_id in self._changed
        self._changed.discard(task_id)
        return changed

    def shows(self, task_id: str, props: dict[str, Any]) -> bool:
        """Whether the task runs, or is too new to be visible. Raises ApiError."""
        return self._watch.shows(task_id, lambda: self._is_young(props.get("started_at")))

    def find(self, task_id: str, name: str) -> LiveTask:
        """The running task of an id. Raises RecordingError."""
        try:
            live = self._watch.until_shown(lambda: self._api.describe(task_id))
        except ApiError as error:
            raise RecordingError(
                f"recording {name!r}: TaskId {task_id} was not read. {error}. {self.remedy(error)}"
            ) from None
        if live is None:
            raise RecordingError(
                f"recording {name!r}: there is no task {task_id} to read at {self._endpoint}: it "
                "has ended, or runs elsewhere. Correct the `id` in ResourceOptions, or remove it "
                "to start a recording."
            )
        return live

    def find_started(self, declaration: Declaration, record_id: str) -> LiveTask | None:
        """The task of a RecordId that may have been started just now. Raises RecordingError."""
        app = declaration.sdk_app_id
        try:
            return self._watch.until_shown(lambda: self._api.describe_by_record_id(app, record_id))
        except ApiError as error:
            raise RecordingError(
                f"recording {declaration.name!r}: it is still not known whether RecordId "
                f"{record_id} was started. {error}. The state keeps the RecordId. "
                f"{self.remedy(error)}"
            ) from None

    def stop(self, task_id: str, props: dict[str, Any]) -> None:
        """Stop the task and wait until it is gone. Raises RecordingError."""
        who = identified(task_id, props)
        if task_id in self.kept:
            self._notify(
                f"recording {declared_name(props)!r} keeps running as TaskId {task_id}: the stack "
                "still declares it. To start a new recording, change its `triggers`"
            )
            return
        if other_urn := self._taken_over_by(task_id, props):
            self._notify(f"{who} keeps running: {other_urn} has adopted it")
            return
        unstopped = "It was not stopped, and stays in the stack's state."
        self._endpoint.reject_elsewhere(who, unstopped, props)
        try:
            gone = self._watch.stop(task_id, lambda: self._is_young(props.get("started_at")))
        except ApiError as error:
            why, remedy = str(error), self.remedy(error)
        else:
            if gone:
                if record_id := props.get("record_id"):
                    self._known.add_stopped(record_id)
                self._state.note_stopped(str(props.get("resource_urn")), task_id)
                return
            why, remedy = "DescribeWebRecord still returns it", "Run the same command again."
        raise RecordingError(
            f"{who} could not be stopped and may still be running. {why}. It stays in the stack's "
            f"state. {remedy}"
        )

    def _taken_over_by(self, task_id: str, props: dict[str, Any]) -> str | None:
        """The URN of another resource of the stack that has adopted the task, in any process.

        So a stack that moves from the dynamic to the native resource, or back, goes on recording.
        """
        if not self._known.is_adopted(task_id):
            return None
        return self._state.other_urn(str(props.get("resource_urn")), task_id)

    def is_elsewhere(self, props: dict[str, Any]) -> bool:
        """Whether the task was started at another endpoint or region than the configured one."""
        return self._endpoint.differs_from(props)

    def endpoint_after_update(self, task_id: str, props: dict[str, Any]) -> dict[str, Any]:
        """The outputs with the endpoint and region; searches for a task that may run elsewhere.

        Raises RecordingError if a running task is not at the configured endpoint.
        """
        stored = Endpoint.of(props)
        if stored and not self.is_elsewhere(props):
            return stored.outputs()
        try:
            found = self._finds(task_id, props)
        except ApiError as error:
            if stored is None:
                return {}
            raise RecordingError(f"{self._not_moved(task_id, props)} {error}.") from None
        if stored is None:
            return self._endpoint.outputs() if found else {}
        if not found and props.get("status") != "ended":
            raise RecordingError(self._not_moved(task_id, props))
        self._notify(f"{identified(task_id, props)} moved from {stored} to {self._endpoint}")
        return self._endpoint.outputs()

    def remedy(self, error: ApiError) -> str:
        """What to do about a failed request of a refresh or a stop."""
        if error.code.startswith("AuthFailure") and not self.keys_of_this_run:
            return (
                "A refresh, also the one before a native resource's `pulumi up`, and `pulumi "
                "destroy` use the keys of the last `pulumi up`: after a rotation, repeat the "
                "command with --run-program."
            )
        return remedy_for(error)

    def _finds(self, task_id: str, props: dict[str, Any]) -> bool:
        def look() -> LiveTask | None:
            return self._api.describe(task_id)

        young = self._is_young(props.get("started_at"))
        return (self._watch.until_shown(look) if young else look()) is not None

    def _not_moved(self, task_id: str, props: dict[str, Any]) -> str:
        return (
            f"{identified(task_id, props)} was started at {Endpoint.of(props)}, and was not found "
            f"at {self._endpoint}. Nothing was changed: it may be running there. Set trtc:endpoint "
            "and trtc:region back and run `pulumi up`; destroy or refresh it there before you move "
            "the stack."
        )

    def _seen(self, status: str, props: dict[str, Any]) -> str:
        if status == "recording":
            return "is recording; the state had it as ended"
        since = props.get("started_at") or "an unknown time"
        seen = timestamp(self._api.service_time())
        after = (
            "The next `pulumi up` starts a new one"
            if props.get("restart_policy") == "always"
            else "Nothing restarts it: change its `triggers` to record again"
        )
        return f"has ended: started at {since}, seen ended at {seen}. {after}"

    def _is_young(self, started_at: str | None) -> bool:
        if not started_at:
            return False
        age = self._api.service_time() - datetime.fromisoformat(started_at).timestamp()
        return abs(age) < YOUNG  # below zero by seconds of clock skew; by more, it proves nothing
