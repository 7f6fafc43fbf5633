"""A create of a recording that is in the state: a replacement, planned or forced.

`--replace`, a taint, replacement_trigger and replace_with make Pulumi create without asking `diff`.
"""

from __future__ import annotations

from collections.abc import Callable
from shlex import quote

from pydantic import ValidationError

from ..declaration.changes import same_recording, share_a_cdn_target
from ..declaration.declaration import Declaration, identified
from ..errors import ApiError, RecordingError
from .endpoint import Endpoint
from .state import RunState, StateUnreadable, Stored
from .tasks import Tasks


class Replacement:
    """What a create does about the recording that it replaces. Thread-safe."""

    def __init__(
        self, *, state: RunState, tasks: Tasks, endpoint: Endpoint, notify: Callable[[str], None]
    ) -> None:
        self._state = state
        self._tasks = tasks
        self._endpoint = endpoint
        self._notify = notify

    def prepare(self, declaration: Declaration) -> str | None:
        """Prepare the start; returns the RecordId of the same recording, if that one has ended.

        Raises RecordingError if that recording still runs, or runs elsewhere. If the state has it
        as ended, the start finds out: it adopts a task that was wrongly seen as ended. Stops an old
        one that pushes to the same CDN target.
        """
        stored = self._state.stored(declaration.resource_urn)
        if stored is None:
            return None
        who = identified(stored.task_id, stored.props)
        self._endpoint.reject_elsewhere(who, "Nothing was started, and it goes on.", stored.props)
        stored = self._decrypted(stored, who)
        try:
            same = same_recording(stored.props, declaration)
            shares = share_a_cdn_target(stored.props, declaration)
        except ValidationError:  # of another version of this package
            return None
        if same:
            if stored.props.get("status") != "ended" and self._runs(stored, who):
                raise RecordingError(_unchanged(who, stored))
            return stored.props.get("record_id")
        if shares:
            self._notify(f"{who} is stopped first: the new one pushes to the same CDN target")
            self._tasks.stop(stored.task_id, stored.props)
        return None

    def _decrypted(self, stored: Stored, who: str) -> Stored:
        try:
            return self._state.decrypted(stored)
        except StateUnreadable as error:
            raise RecordingError(
                f"{who} was not replaced, and goes on: its secrets in the state cannot be read: "
                f"{error}. Run `pulumi up` again."
            ) from None

    def _runs(self, stored: Stored, who: str) -> bool:
        try:
            return self._tasks.shows(stored.task_id, stored.props)
        except ApiError as error:
            raise RecordingError(
                f"{who} was not replaced: it is not known whether it is still running. {error}. "
                f"{self._tasks.remedy(error)}"
            ) from None


def _unchanged(who: str, stored: Stored) -> str:
    return (
        f"{who} was not replaced: its declaration is unchanged and it is recording. Nothing was "
        "started or stopped. --replace, a taint, replacement_trigger and replace_with do not give "
        "an unchanged declaration a second recording: change its `triggers` to get a new one. To "
        f"take back a taint: pulumi state untaint {quote(stored.urn)}"
    )
