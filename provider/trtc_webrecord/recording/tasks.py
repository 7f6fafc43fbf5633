"""The tasks that a state names: their status, their end, and where they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from ..api.client import LiveTask
from ..api.codes import remedy_for
from ..declaration.declaration import Declaration
from ..environment_variables import PULUMI_SKIP_CHECKPOINTS
from ..errors import ApiError, RecordingError
from .account import NOT_OURS
from .ending import end_outputs, verdict
from .run import Run
from .stored import UNKNOWN, Stored
from .watching import STOP_PATIENCE, YOUNG

GONE = YOUNG + STOP_PATIENCE
"""Seconds that a stopped task has to disappear; it may not have been visible yet."""

MAY_RUN = "It may be running, and stays in the stack's state."


class Tasks:
    """The tasks of a stack's state. Thread-safe."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._changed: set[str] = set()
        self._told: set[str] = set()

    def status(self, stored: Stored) -> dict[str, Any]:
        """The outputs of a task that runs or has ended; one that is not yet visible runs.

        Raises RecordingError if the task was started elsewhere or by another account, or if the
        request fails.
        """
        self.reject_elsewhere(stored, "The state keeps the last known status.")
        unknown = (
            f"{stored}: it is not known whether it is still running: the state keeps its status."
        )
        status = "recording" if self.shows(stored, unknown) else "ended"
        if status == stored.status:
            return {"status": status}
        self._changed.add(stored.task_id)
        if status == "recording":
            self._run.notify(f"{stored} is recording; the state had it as ended")
            return {"status": status, "ended_at": None, "end_reason": None}
        end = self._run.api.service_time(), self._run.api.end_reasons.get(stored.task_id, "")
        named = f"RecordId {stored.record_id}" if stored.record_id else f"TaskId {stored.task_id}"
        self._run.notify(f"{stored.who} ({named}) {verdict(stored, *end)}")
        self._told.add(stored.task_id)
        return end_outputs(stored, *end)

    def status_changed(self, task_id: str) -> bool:
        """Whether this run saw another status than the state's; true once."""
        changed = task_id in self._changed
        self._changed.discard(task_id)
        return changed

    def has_told_end(self, task_id: str) -> bool:
        """Whether this run has shown that the task has ended."""
        return task_id in self._told

    def shows(self, stored: Stored, unknown: str) -> bool:
        """Whether the task runs, or is too new to be visible; `unknown` as in `asking`."""
        with self.asking(unknown):
            proves_end = self.proof_of_end(stored)
            while not self._run.watch.shows(stored.task_id, lambda: self._is_young(stored)):
                if proves_end():
                    return False
            return True

    def proof_of_end(self, stored: Stored) -> Callable[[], bool]:
        """`Account.proof_of_end`, of a task that its own account has not yet seen ended."""
        if stored.status == "ended":
            return lambda: True
        return self._run.account.proof_of_end(stored.props["sdk_app_id"], stored.record_id)

    @contextmanager
    def asking(self, unknown: str) -> Iterator[None]:
        """Raises the error of a request as RecordingError that begins with what is `unknown`."""
        try:
            yield
        except ApiError as error:
            raise RecordingError(f"{unknown} {error}. {self.remedy(error)}") from None

    def find(self, task_id: str, declaration: Declaration) -> LiveTask:
        """The running task of an id. Raises RecordingError."""
        who = declaration.who
        live = self.seek(task_id, declaration, f"{who}: TaskId {task_id} was not read.")
        if live is None:
            raise RecordingError(
                f"{who}: there is no task {task_id} to read at {self._run.endpoint}: "
                "it has ended, or runs elsewhere. Correct the `id` in ResourceOptions, or remove "
                "it to start a recording."
            )
        return live

    def seek(self, task_id: str, declaration: Declaration, unknown: str) -> LiveTask | None:
        """The running task of a TaskId that the user has given; `unknown` as in `asking`."""
        app, record_id = declaration.sdk_app_id, declaration.record_id
        with self.asking(unknown):
            proves_end = self._run.account.proof_of_end(app, record_id)
            return self._run.find(declaration.who, task_id, proves_end)

    def find_started(self, declaration: Declaration, record_id: str) -> LiveTask | None:
        """The task of a RecordId that may have been started just now. Raises RecordingError."""
        who = declaration.who
        why = f"RecordId {record_id} may have been started, and its task may be too new"
        look = partial(self._run.api.describe_by_record_id, declaration.sdk_app_id, record_id)
        with self.asking(
            f"{who}: it is still not known whether RecordId {record_id} was started, and the state "
            "keeps the RecordId."
        ):
            return self._run.until_shown(who, why, look)

    def stop(self, stored: Stored) -> None:
        """Stop the task and wait until it is gone. Raises RecordingError."""
        task_id = stored.task_id
        if task_id in self._run.kept:
            self._run.notify(
                f"{stored.who} keeps running as TaskId {task_id}: the stack still "
                "declares it. To start a new recording, change its `triggers`"
            )
            return
        if holder := self._run.state.holder(stored):
            if not self._run.state.of(stored.urn).has_checkpoints:
                raise RecordingError(
                    f"{stored} was not stopped: {holder.urn} has the same task, and with "
                    f"{PULUMI_SKIP_CHECKPOINTS} the state does not show whether that one is "
                    "removed, too. It goes on, and stays in the stack's state. Run the same "
                    f"command again without {PULUMI_SKIP_CHECKPOINTS}."
                )
            self._run.notify(f"{stored} keeps running: {holder.urn} has adopted it")
            return
        for reason in self._run.state.why_unreadable():
            self._run.notify(
                f"{stored} is stopped; cannot check whether another resource of the stack has "
                f"adopted it: {reason}. If one has, change its `triggers` to record again"
            )
        self.reject_elsewhere(stored, "It was not stopped, and stays in the stack's state.")
        unstopped = (
            f"{stored} stays in the stack's state: it could not be stopped and may still be "
            "running."
        )
        with self.asking(unstopped):
            gone = self._run.watch.stop(
                task_id,
                lambda: self._is_young(stored),
                self.proof_of_end(stored),
                lambda: self._run.notify(f"{stored}: waiting up to {GONE:g} s until it is gone"),
            )
        if not gone:
            raise RecordingError(
                f"{unstopped} DescribeWebRecord still returns it. Run the same command again."
            )
        if stored.record_id:
            self._run.known.add_stopped(stored.record_id)
        self._run.state.stopped[stored.urn] = task_id

    def reject_unseen_adoption(self, task_id: str, declaration: Declaration) -> None:
        """Raises RecordingError if the delete of another resource could not see this adoption."""
        urn = declaration.resource_urn
        if self._run.state.of(urn).has_checkpoints:
            return
        for other in self._run.state.others(urn):
            if other.task_id == task_id:
                raise RecordingError(
                    f"{declaration.who} runs as TaskId {task_id}, and {other.urn} has "
                    f"the same task: its delete would stop it, since {PULUMI_SKIP_CHECKPOINTS} "
                    "hides the adoption. Nothing was stopped. Run `pulumi up` again without "
                    f"{PULUMI_SKIP_CHECKPOINTS}."
                )

    def is_elsewhere(self, stored: Stored) -> bool:
        """Whether the task was started at another endpoint or region than the configured one."""
        return stored.endpoint is not None and not self._run.endpoint.is_same(stored.endpoint)

    def reject_elsewhere(self, stored: Stored, consequence: str) -> None:
        """Raises RecordingError for a task that was started elsewhere."""
        if self.is_elsewhere(stored):
            raise RecordingError(
                f"{stored} was started at {stored.endpoint}, and the provider is configured for "
                f"{self._run.endpoint}, which does not know the task. {consequence} Set "
                "trtc:endpoint and trtc:region back and run `pulumi up`; to move it on purpose, "
                "see docs/operations.md."
            )

    def endpoint_after_update(self, stored: Stored) -> dict[str, str]:
        """The outputs with the endpoint and region; searches for a task that may run elsewhere.

        Raises RecordingError if a running task is not at the configured endpoint.
        """
        if stored.endpoint and not self.is_elsewhere(stored):
            return stored.endpoint.outputs()
        if stored.status == UNKNOWN:
            self.reject_elsewhere(stored, MAY_RUN)
        try:
            found = self._finds(stored)
        except ApiError as error:
            if stored.endpoint is None:
                return {}
            raise RecordingError(f"{self._not_moved(stored)} {error}.") from None
        if stored.endpoint is None:
            return self._run.endpoint.outputs() if found else {}
        if not found and stored.status != "ended":
            raise RecordingError(self._not_moved(stored))
        self._run.notify(f"{stored} moved from {stored.endpoint} to {self._run.endpoint}")
        return self._run.endpoint.outputs()

    def remedy(self, error: ApiError) -> str:
        """What to do about a failed request of a refresh or a stop."""
        if error.code == NOT_OURS:
            return (
                f"SdkAppId {error.sdk_app_id} belongs to another account than the credentials, so "
                "the recording may go on. Set those of that account and repeat the command, for an "
                "explicit provider with --run-program. To move: docs/operations.md."
            )
        if error.code.startswith("AuthFailure") and not (
            self._run.state.has_program or self._run.credentials.present_were_tried
        ):
            return (
                "A refresh and `pulumi destroy` use the keys of the last `pulumi up`: after a "
                "rotation, repeat the command with --run-program. The program must still declare "
                "the explicit provider or, in Python, a recording."
            )
        return remedy_for(error)

    def _finds(self, stored: Stored) -> bool:
        if not self._is_young(stored):
            return self._run.api.describe(stored.task_id) is not None
        return self._run.find(stored.who, stored.task_id, lambda: True) is not None

    def _not_moved(self, stored: Stored) -> str:
        return (
            f"{stored} was started at {stored.endpoint}, and was not found at "
            f"{self._run.endpoint}. Nothing was changed: it may be running there. Set "
            "trtc:endpoint and trtc:region back and run `pulumi up`; before a move, destroy it "
            "there."
        )

    def _is_young(self, stored: Stored) -> bool:
        if not stored.started_at or stored.status == "ended":
            return False
        started = datetime.fromisoformat(stored.started_at).timestamp()
        age = self._run.api.service_time() - started
        return abs(age) < YOUNG  # below zero by seconds of clock skew; by more, it proves nothing
