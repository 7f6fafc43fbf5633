"""Recordings in the state that push to the CDN target of one that is about to start."""

from __future__ import annotations

import threading
from collections import defaultdict

from ..declaration.cdn_targets import cdn_target
from ..declaration.declaration import Declaration
from ..declaration.record_id import urn_in_any_language
from ..errors import RecordingError
from .run import Run
from .state import StateUnreadable
from .stored import UNKNOWN, Stored
from .tasks import Tasks


class CdnTargets:
    """The CDN targets of the recordings in the state. Thread-safe."""

    def __init__(self, run: Run, tasks: Tasks) -> None:
        self._run = run
        self._tasks = tasks
        self._lock = threading.Lock()
        self._users: dict[str, list[Stored]] | None = None

    def check(self, declaration: Declaration) -> None:
        """Raises RecordingError if a recording that stays in the stack pushes to a target.

        One that the program has not named yet, and may be about to remove, is shown to the user.
        """
        own = urn_in_any_language(declaration.resource_urn)
        for target in declaration.cdn_targets():
            for other in self._pushing_to(target, declaration.resource_urn):
                if urn_in_any_language(other.urn) != own and self._may_run(other):
                    self._report(declaration, other)

    def _report(self, declaration: Declaration, other: Stored) -> None:
        who = declaration.who
        if other.task_id in self._run.kept:
            raise RecordingError(
                f"{who} was not started: {other} goes on, and pushes to the same CDN URL, which "
                "takes one stream. Push to another URL, or remove that one."
            )
        self._run.notify(
            f"{who}: {other} pushes to the same CDN URL, which takes one stream. Unless this run "
            "removes that one: push to another URL"
        )

    def _may_run(self, other: Stored) -> bool:
        if other.status == "ended":
            return False
        if other.status == UNKNOWN or self._tasks.is_elsewhere(other):
            return True
        try:
            return self._tasks.shows(other, "")
        except RecordingError:
            return True

    def _pushing_to(self, target: str, urn: str) -> list[Stored]:
        with self._lock:
            if self._users is None:
                self._users = defaultdict(list)
                try:
                    self._read(urn, self._users)
                except StateUnreadable as error:
                    self._run.notify(
                        "cannot check whether a recording of the stack pushes to the CDN URL of a "
                        f"new one: {error}"
                    )
            return [each for each in self._users[target] if each.urn != urn]

    def _read(self, urn: str, users: dict[str, list[Stored]]) -> None:
        for other in map(self._run.state.decrypted, self._run.state.of(urn).stored):
            for each in other.props.get("publish_cdn_params") or []:
                users[cdn_target(each["publish_cdn_url"])].append(other)
