"""What the service does where its documents are silent, found by up to three recordings."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ..api.client import WebRecordApi
from ..api.codes import remedy_for
from ..api.pacing import Clock
from ..errors import ApiError, RecordingError, Rejected, TaskExist, TaskNotExist, WebRecordError
from ..recording.watching import STOP_PATIENCE, YOUNG
from .trials import Trial, Trials

LOOK_EVERY = 0.25
"""Seconds."""

SHOWN_PATIENCE = 30.0
"""Seconds for a started task to show."""

EXACT = 1.0
"""Seconds between which a time must lie to be an option: no two whole numbers do."""

NOBODYS = 1
"""An SdkAppId that no account of a user has."""

NOT_KNOWN = "not known"
EXISTS = "`FailedOperation.TaskExist`"
NOT_EXIST = "`FailedOperation.TaskNotExist`"
ENDED = "The recording ended by itself: does its page open?"

POINTS = {
    "foreign": ("a look at another account's application answers", f"not {NOT_EXIST}"),
    "shows": ("a started task shows", f"within {YOUNG:g} s"),
    "live again": ("a start of a live task's RecordId answers", EXISTS),
    "scope": ("… in the account's other application", "either"),
    "goes on": ("a stopped task goes on", f"for at most {STOP_PATIENCE:g} s"),
    "stop again": ("a stop after the end answers", NOT_EXIST),
    "look again": ("a look by RecordId after the end answers", NOT_EXIST),
    "ended again": ("a start of an ended task's RecordId answers", "either"),
    "stop young": ("a stop right after the start answers", f"success, or {NOT_EXIST}"),
    "date": ("the header Date is the service's clock", "it is"),
}
"""Each point, in words, and what the provider relies on."""


@dataclass
class Behaviour:
    """`found` has the answer to each point, `options` those of `trtc-recorder` by name.

    `reasons` are why points are not known. `other_app` is another application of the account.
    """

    api: WebRecordApi
    clock: Clock
    trials: Trials
    app: int
    other_app: int | None
    found: dict[str, str] = field(default_factory=lambda: dict.fromkeys(POINTS, NOT_KNOWN))
    options: dict[str, str] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def observe(self) -> None:
        """Ask. What an error or a recording that ends by itself prevents is "not known"."""
        try:
            self._observe()
        except WebRecordError as error:
            self._note_reason(error)
        if self.api.knows_service_time:
            ahead = math.ceil(self.api.service_time() - self.clock.wall())
            self.found["date"] = f"{ahead:+} s against this machine"
            self.options["clock-offset"] = str(ahead) if abs(ahead) > 1 else "0"

    def _observe(self) -> None:
        record_id = f"assumptions-{secrets.token_hex(6)}"
        self.found["foreign"] = self._look(NOBODYS, record_id)
        first = self.trials.start(self.app, record_id)
        live_again, _ = self._start_again(self.app, record_id)
        self._time("shows", first.sent, first.answered, lambda: self._shows(first))
        scope, other = "not asked: --other-sdk-app-id", None
        if self.other_app:
            scope, other = self._start_again(self.other_app, record_id)
        if not self._shows(first):
            raise RecordingError(ENDED)
        self.found |= {"live again": live_again, "scope": scope}
        if scope == EXISTS or other:
            self.options["record-id-scope"] = "sdk_app_id" if other else "account"
        sent = self.clock.monotonic()
        self.api.stop(first.task_id)
        answered = self.clock.monotonic()
        self._time("goes on", sent, answered, lambda: not self._shows(first))
        self.found["stop again"] = self._stop(first)
        self.found["look again"] = self._look(self.app, record_id)
        if self.found["look again"] != NOT_EXIST:
            raise RecordingError("the RecordId of the ended task still shows one")
        self.found["ended again"], again = self._start_again(self.app, record_id)
        if self.found["ended again"] != NOT_KNOWN:
            self.options["ended-record-ids-reusable"] = "true" if again else "false"
        self._stop_young(again or self.trials.start(self.app, f"{record_id}-2"))

    def _start_again(self, app: int, record_id: str) -> tuple[str, Trial | None]:
        try:
            return "another recording", self.trials.start(app, record_id)
        except TaskExist:
            return EXISTS, None
        except WebRecordError as error:
            self._note_reason(error)
            return NOT_KNOWN, None

    def _stop_young(self, trial: Trial) -> None:
        """A stop that comes too soon may do nothing, and may say that it did."""
        answer = self._stop(trial)
        self.clock.sleep(STOP_PATIENCE)
        shows = self._shows(trial)
        if answer == NOT_EXIST and not shows:
            raise RecordingError(ENDED)
        self.found["stop young"] = f"{answer}, and it {'goes on' if shows else 'ends'}"

    def _stop(self, trial: Trial) -> str:
        with suppress(TaskNotExist):
            self.api.stop(trial.task_id)
            return "success"
        return NOT_EXIST

    def _shows(self, trial: Trial) -> bool:
        return self.api.describe(trial.task_id) is not None

    def _look(self, app: int, record_id: str) -> str:
        try:
            live = self.api.describe_by_record_id(app, record_id)
        except Rejected as error:
            return f"`{error.code}`"
        return "a TaskId" if live else NOT_EXIST

    def _time(self, point: str, sent: float, answered: float, has_come: Callable[[], bool]) -> None:
        """Note after how many seconds it comes. Raises RecordingError if it does not.

        The request before it was executed when it was sent, when it was answered, or between.
        """
        option, patience = {
            "shows": ("visible-after", SHOWN_PATIENCE),
            "goes on": ("stop-delay", STOP_PATIENCE),
        }[point]
        more_than = -LOOK_EVERY
        while more_than < patience:
            looked = self.clock.monotonic()
            if has_come():
                at_most = self.clock.monotonic() - sent
                self.found[point] = f"{max(0, more_than):.1f} to {at_most:.1f} s"
                if at_most - more_than < EXACT:
                    whole = math.floor(at_most)
                    self.options[option] = str(whole if whole > more_than else round(at_most, 1))
                return
            more_than = looked - answered
            self.clock.sleep(LOOK_EVERY)
        self.found[point] = f"more than {patience:g} s"
        raise RecordingError(f"{POINTS[point][0]}: more than {patience:g} s. Does the page open?")

    def _note_reason(self, error: WebRecordError) -> None:
        remedy = f". {remedy_for(error)}" if isinstance(error, ApiError) else ""
        self.reasons.append(f"{error}{remedy}")
