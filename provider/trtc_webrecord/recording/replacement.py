"""A create of a recording that is in the state: a replacement, planned or forced.

`--replace`, a taint, replacement_trigger and replace_with make Pulumi create without asking `diff`.
"""

from __future__ import annotations

from dataclasses import replace
from shlex import quote

from ..declaration.changes import same_recording, share_a_cdn_target
from ..declaration.declaration import Declaration
from ..errors import InvalidProperties, RecordingError
from .run import Run
from .state import StateUnreadable
from .storage_keys import storage_keys
from .storage_probe import rejection
from .stored import UNKNOWN, Stored
from .tasks import Tasks


class Replacement:
    """What a create does about the recording that it replaces. Thread-safe."""

    def __init__(self, run: Run, tasks: Tasks) -> None:
        self._run = run
        self._tasks = tasks

    def prepare(self, declaration: Declaration) -> None:
        """Prepare the start; notes the RecordId of the same recording, if that one has ended.

        Raises RecordingError if that recording still runs, or runs elsewhere or in another
        account. If the state has it as ended, the start finds out: it adopts a task that was
        wrongly seen as ended. Stops an old one that pushes to the same CDN target, or that differs
        in its storage keys alone: it was requested explicitly, and both would have the same
        RecordId.
        """
        stored = self._run.state.stored(declaration.resource_urn)
        if stored is None:
            return
        self._tasks.reject_elsewhere(stored, "Nothing was started, and it goes on.")
        if stored.status == UNKNOWN:  # this run has read it, and found its task or none
            return
        stored = self._decrypted(stored)
        try:
            same = same_recording(stored.props, declaration)
            shares = share_a_cdn_target(stored.props, declaration)
        except InvalidProperties:  # of another version of this package
            return
        unknown = f"{stored} was not replaced: it is not known whether it is still running."
        if same:
            if stored.status != "ended" and self._tasks.shows(stored, unknown):
                if not self._rotates_keys(stored, declaration):
                    raise RecordingError(_unchanged(stored))
                self._check_storage(declaration)
                self._run.notify(f"{stored} is stopped first: only its storage keys have changed")
                self._run.kept.discard(stored.task_id)
                self._tasks.stop(stored)
            if stored.record_id:
                self._run.known.ended.add(stored.record_id)
            return
        if self._its_delete_may_be_another_accounts(stored, declaration):
            with self._tasks.asking(unknown):
                self._tasks.proof_of_end(stored)()
        if shares:
            self._check_storage(declaration)
            self._run.notify(
                f"{stored} is stopped first: the new one pushes to the same CDN target"
            )
            self._tasks.stop(stored)

    def _check_storage(self, declaration: Declaration) -> None:
        """Raises RecordingError if the new one's storage rejects it: the old one goes on."""
        if rejected := rejection(
            self._run, declaration, storage_keys(declaration, self._run.credentials)
        ):
            raise RecordingError(f"{declaration.who} was not started: {rejected}")

    def _decrypted(self, stored: Stored) -> Stored:
        try:
            return self._run.state.decrypted(stored)
        except StateUnreadable as error:
            raise RecordingError(
                f"{stored} was not replaced, and goes on: its secrets in the state cannot be read: "
                f"{error}. Run `pulumi up` again."
            ) from None

    def _its_delete_may_be_another_accounts(self, stored: Stored, declaration: Declaration) -> bool:
        """Whether the SdkAppId changes, and Pulumi sends the delete to this provider."""
        moves = stored.props.get("sdk_app_id") != declaration.sdk_app_id
        return moves and self._run.provider in ("", stored.provider)

    def _rotates_keys(self, stored: Stored, declaration: Declaration) -> bool:
        """Whether another RecordId can be used for other storage keys than those in the state."""
        if declaration.record_id or declaration.adopt_task_id:
            return False
        with_keys = self._decrypted(replace(stored, encrypted=True))
        return with_keys.declaration.storage_keys() != declaration.storage_keys()


def _unchanged(stored: Stored) -> str:
    return (
        f"{stored} was not replaced: its declaration is unchanged and it is recording. Nothing was "
        "started or stopped. Change its `triggers` to get a new one. To take back a taint: "
        f"pulumi state untaint {quote(stored.urn)}"
    )
