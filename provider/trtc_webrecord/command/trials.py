"""Recordings that are started to see what the service does, and then stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ..api.client import WebRecordApi
from ..api.pacing import Clock
from ..declaration.declaration import Declaration
from ..errors import Ambiguous, CapacityExceeded, RecordingError, TaskNotExist, WebRecordError
from ..recording.watching import POLL, STOP_PATIENCE, YOUNG

MOST = 3
"""Recordings that are started."""

TRIES = 2
"""How often a recording is stopped before it is left to its own limit."""


@dataclass(eq=False)
class Trial:
    """A start that may have been executed; `task_id` is empty without a response.

    Times are those of the monotonic clock.
    """

    sdk_app_id: int
    record_id: str
    sent: float
    task_id: str = ""
    answered: float = 0


@dataclass
class Trials:
    """Starts recordings of `declaration` and stops them; `notify` gets those that may go on."""

    api: WebRecordApi
    clock: Clock
    declaration: Declaration
    keys: tuple[str, str] | None
    notify: Callable[[str], None]
    _trials: list[Trial] = field(default_factory=list)

    def start(self, sdk_app_id: int, record_id: str) -> Trial:
        """Start a recording. Raises ApiError, or RecordingError if it would be one too many."""
        if len(self._trials) == MOST:
            raise RecordingError(f"that would be recording number {MOST + 1}")
        trial = Trial(sdk_app_id, record_id, self.clock.monotonic())
        self._trials.append(trial)
        body = self.declaration.spec.wire(record_id, self.keys)
        try:
            trial.task_id = self.api.start({**body, "SdkAppId": sdk_app_id}).task_id
        except (Ambiguous, CapacityExceeded):
            raise
        except WebRecordError:
            self._trials.remove(trial)
            raise
        finally:
            trial.answered = self.clock.monotonic()
        return trial

    def stop_all(self) -> None:
        """Stop them, and look until none can be too new to be visible."""
        for trial in self._trials:
            self._stop(trial)

    def _stop(self, trial: Trial) -> None:
        why = "DescribeWebRecord still returns it"
        for _ in range(TRIES):
            try:
                if self._is_gone(trial):
                    return
            except Exception as error:  # the others are still to be stopped
                why = str(error) or type(error).__name__
        task = f"TaskId {trial.task_id}" if trial.task_id else f"RecordId {trial.record_id}"
        limit = self.declaration.max_duration_limit // 60
        self.notify(
            f"{task} (SdkAppId {trial.sdk_app_id}) may go on for up to {limit} minutes: {why}. "
            "Stop it with `trtc-webrecord stop`"
        )

    def _is_gone(self, trial: Trial) -> bool:
        """Stop what runs until nothing shows, and until nothing can show that did not."""
        begun = self.clock.monotonic()
        young_until = trial.answered + (YOUNG if trial.task_id else STOP_PATIENCE)
        task_ids = {trial.task_id} - {""}
        while True:
            for task_id in task_ids:
                with suppress(TaskNotExist):
                    self.api.stop(task_id)
            now = self.clock.monotonic()
            live = self.api.describe_by_record_id(trial.sdk_app_id, trial.record_id)
            if live:
                task_ids.add(live.task_id)
            if now >= young_until and not any(map(self.api.describe, task_ids)) and not live:
                return True
            if now - begun > STOP_PATIENCE + YOUNG:
                return False
            self.clock.sleep(POLL)
