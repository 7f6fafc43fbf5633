"""What StartWebRecord, DescribeWebRecord and StopWebRecord do."""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..errors import NOT_SET_UP, ApiError, unexpected
from ..settings import Switches
from . import redaction
from .capture import Capture, OnEvent
from .events import Event, MediaFile, Upload
from .store import START_FAILED, Task, TaskStore
from .uploads import Uploads

MAX_DURATION_LIMIT = "MaxDurationLimit"
"""The end reason of a task that reached its MaxDurationLimit."""

ASKED_FOR = frozenset({"stopped", "cleared", MAX_DURATION_LIMIT, START_FAILED})
"""The end reasons of tasks that did not end by themselves."""

RECORDING = 1
"""The only documented Status."""

Owns = Callable[[int], bool]
"""Whether an application, by its SdkAppId, belongs to the account of a request."""

_log = logging.getLogger(__name__)


class Recordings:
    """The tasks and their rules. `now` returns Unix seconds; `switches` may change at any time.

    Not thread-safe. `on_event` (TaskId, event) is called for every event; a capture calls it from
    its own threads.
    """

    def __init__(
        self,
        store: TaskStore,
        capture: Capture,
        uploads: Uploads,
        switches: Switches,
        now: Callable[[], float],
        on_event: Callable[[str, Event], None],
    ) -> None:
        self._store = store
        self._capture = capture
        self._uploads = uploads
        self._switches = switches
        self._now = now
        self._on_event = on_event

    def start(self, request: StartWebRecordRequest, failure: str | None = None) -> dict[str, Any]:
        """Start a task. With a `failure` it ends at once, as if its page could not be opened.

        Raises `FailedOperation.TaskExist`, or the quota's code.
        """
        task = self._new_task(request)
        with self._store.transaction():
            if not self._record_id_is_free(task):
                raise ApiError("FailedOperation.TaskExist", "Task already exists.")
            over_quota = self._over_quota(task)
            if not over_quota:
                self._store.add(task)
                self._uploads.keep_keys(task, request)
            elif self._switches.failed_start_burns:
                self._store.add(_failed(task))
        if over_quota:
            raise ApiError(self._switches.quota_code, "Insufficient resources.")
        _log.info("task %s records %r", task.task_id, task.page)
        keyless = redaction.without_storage_keys(request)
        if failure is None:
            try:
                self._capture.start(task, keyless, self._on_event_of(task))
            except Exception as error:
                _log.error("task %s: %s", task.task_id, unexpected(error))
                failure = f"{NOT_SET_UP}: {type(error).__name__}"
        if failure is not None:
            self._on_event(task.task_id, Event("start failed", failure))
            self._uploads.forget(task)
        return {"TaskId": task.task_id}

    def describe(self, task_id: str, owns: Owns) -> dict[str, Any]:
        """Returns the task's status. Raises `FailedOperation.TaskNotExist`."""
        task = self._visible(self._owned(task_id, owns))
        return {"Status": RECORDING, "RecordId": task.record_id or ""}

    def describe_by_record_id(self, sdk_app_id: int, record_id: str) -> dict[str, Any]:
        """Returns the status of a RecordId's last task. Raises `FailedOperation.TaskNotExist`."""
        tasks = self._store.by_record_id(record_id)
        own = [task for task in tasks if task.sdk_app_id == sdk_app_id]
        return {"Status": RECORDING, "TaskId": self._visible(own[-1] if own else None).task_id}

    def stop(self, task_id: str, owns: Owns) -> dict[str, Any]:
        """Stop a task. Raises `FailedOperation.TaskNotExist`."""
        task = self._visible(self._owned(task_id, owns))
        self._store.end_at(task.task_id, self._now() + self._switches.stop_delay, "stopped")
        self.settle()
        return {}

    def burn(self, request: StartWebRecordRequest) -> None:
        """Use up the request's RecordId without starting a task."""
        task = self._new_task(request)
        with self._store.transaction():
            if self._record_id_is_free(task):
                self._store.add(_failed(task))

    def end(self, task_id: str, reason: str) -> None:
        """End a task now, as if by itself. No effect on one that has ended."""
        self._store.end_at(task_id, self._now(), reason)
        self.settle()

    def settle(self) -> None:
        """End the tasks that are due."""
        for task in self._store.end_due(self._now()):
            _log.info("task %s has ended: %r", task.task_id, task.end_reason)
            try:
                self._ended(task)
            except Exception as error:
                _log.error("task %s: %s", task.task_id, unexpected(error))

    def resume(self) -> None:
        """Resume the unfinished tasks and uploads of an earlier run."""
        for task in self._store.being_uploaded():
            files = tuple(self._store.files(task.task_id) or ())
            self._uploads.start(task, files, self._on_event_of(task))
        self._capture.resume(self._store.unfinished(), self._on_event_of)

    def finished(self, task: Task, files: tuple[MediaFile, ...]) -> bool:
        """Store the files of a recording; return whether they are uploaded from now on."""
        self._store.keep_files(task.task_id, files)
        if not files or not self._uploads.has_keys(task):
            self._uploads.forget(task)
            return False
        self._store.keep_upload(task.task_id, Upload("pending"))
        self._uploads.start(task, files, self._on_event_of(task))
        return True

    def upload_ended(self, task: Task, event: Event) -> None:
        """Store how an upload has ended, and remove the task's keys."""
        state: Literal["uploaded", "failed"] = "uploaded" if event.kind == "uploaded" else "failed"
        self._store.keep_upload(task.task_id, Upload(state, event.message))
        self._uploads.forget(task)

    def clear(self) -> None:
        """End and delete every task."""
        for task in self._store.all():
            self.end(task.task_id, "cleared")
            self._uploads.forget(task)
        self._store.clear()

    def _ended(self, task: Task) -> None:
        try:
            if task.end_reason == MAX_DURATION_LIMIT:
                self._on_event(task.task_id, Event("limit reached"))
            self._on_event(task.task_id, Event("ended", task.end_reason))
        finally:
            self._capture.stop(task)

    def _new_task(self, request: StartWebRecordRequest) -> Task:
        now = self._now()
        return Task(
            task_id=base64.b64encode(secrets.token_bytes(69), b"+-").decode(),
            sdk_app_id=request.sdk_app_id,
            record_id=request.record_id,
            page=redaction.page_url(request.record_url),
            settings=redaction.redacted(request),
            started_at=now,
            visible_at=now + self._switches.visible_after,
            ends_at=now + request.max_duration_limit,
            ended_at=None,
            end_reason=MAX_DURATION_LIMIT,
        )

    def _record_id_is_free(self, task: Task) -> bool:
        if not task.record_id:
            return True
        account_wide = self._switches.record_id_scope == "account"
        reusable = self._switches.ended_record_ids_reusable
        return not any(
            (account_wide or other.sdk_app_id == task.sdk_app_id)
            and (other.live or not reusable or other.end_reason == START_FAILED)
            for other in self._store.by_record_id(task.record_id)
        )

    def _over_quota(self, task: Task) -> bool:
        quota = self._switches.task_quota
        return self._capture.full() or 0 < quota <= self._store.count_live(task.sdk_app_id)

    def _on_event_of(self, task: Task) -> OnEvent:
        return lambda event: self._on_event(task.task_id, event)

    def _owned(self, task_id: str, owns: Owns) -> Task | None:
        task = self._store.get(task_id)
        return task if task and owns(task.sdk_app_id) else None

    def _visible(self, task: Task | None) -> Task:
        if task is None or not task.live or task.started_at <= self._now() < task.visible_at:
            raise ApiError("FailedOperation.TaskNotExist", f"Task does not exist.{_end_of(task)}")
        return task


def _end_of(task: Task | None) -> str:
    """Returns why a task ended by itself; the vendor reports that in a callback only."""
    if task is None or task.live or task.end_reason in ASKED_FOR:
        return ""
    return f" It has ended: {task.end_reason.rstrip('.')}."


def _failed(task: Task) -> Task:
    now = task.started_at
    return replace(task, ends_at=now, ended_at=now, end_reason=START_FAILED)
