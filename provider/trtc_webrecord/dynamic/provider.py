"""The dynamic provider: check, diff, create, read, update, delete.

The state of every stack names the class by the module `trtc_webrecord.lifecycle` (`__provider` is
its pickle): under another name, Pulumi could not manage the existing recordings.

Every Pulumi program loads this module, but only the provider process runs the operations, so their
imports are local.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown
from pulumi.runtime.rpc import UNKNOWN

from ..declaration.names import ORGANIZATION
from .sdk_patches import (
    recordings_of_this_process,
    shorten_errors,
    store_partial_state,
    widen_pool,
)

if TYPE_CHECKING:
    from ..recording.recordings import Recordings


def is_unknown(value: Any) -> bool:
    """Whether a preview does not know the value yet; SDK versions represent this differently."""
    return isinstance(value, Unknown) or (isinstance(value, str) and value == UNKNOWN)


def _own(state: dict[str, Any]) -> dict[str, Any]:
    """A state by this provider's names: an alias can make a native resource a dynamic one."""
    from ..declaration.naming import snake_case

    own: dict[str, Any] = snake_case(state) if "recordUrl" in state else state
    return own


class WebRecordingProvider(ResourceProvider):
    """The dynamic provider of WebRecording. Thread-safe."""

    __module__ = "trtc_webrecord.lifecycle"

    serialize_as_secret_always = False
    _recordings: Recordings

    def configure(self, req: ConfigureRequest) -> None:
        """Read the `trtc:` config. Raises ConfigError."""
        from ..api.pacing import WORKERS
        from ..configuration import ProviderConfig
        from ..debug_log import send_debug_log
        from .engine_exit import end_with_the_engine

        if end_with_the_engine():
            send_debug_log(sys.argv[-1])
        widen_pool(WORKERS)
        shorten_errors()
        self._recordings = recordings_of_this_process(ProviderConfig.from_stack(req.config._props))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Report all validation errors, before any API request."""
        inputs = {name: value for name, value in news.items() if name != ORGANIZATION}
        self._recordings.program_runs(news.get(ORGANIZATION))
        reasons = self._recordings.check(_own(olds), inputs, is_unknown=is_unknown)
        return CheckResult(inputs, [CheckFailure("", reason) for reason in reasons])

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Replace for a change of the recording, update in place for the other inputs.

        A refresh calls it with the new outputs and the old inputs: a new status is a change.
        """
        olds = _own(olds)
        changes = self._recordings.changes(id_, olds, news, is_unknown)
        return DiffResult(
            changes=bool(
                changes.replaces or changes.in_place or self._recordings.changed_outputs(id_, olds)
            ),
            replaces=changes.replaces,
            delete_before_replace=changes.share_a_cdn_target,
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Start the recording, or adopt the running one.

        Raises RecordingError; if a task runs or may run, the engine stores it as the partial state
        of a resource that failed to come up.
        """
        from ..declaration.declaration import Declaration, declared

        outputs = self._recordings.start(Declaration.from_props(props), store_partial_state)
        return CreateResult(outputs["task_id"], {**declared(props), **outputs})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Refresh the status; with restart policy `always`, an ended recording is gone."""
        if "status" not in props:  # ResourceOptions(id=…): the inputs alone
            inputs = {name: value for name, value in props.items() if name != ORGANIZATION}
            return ReadResult(id_, self._recordings.read(id_, inputs))
        refreshed = self._recordings.refresh(id_, props)
        if refreshed is None:
            return ReadResult("", {})
        return ReadResult(refreshed.get("task_id", id_), refreshed)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Store the new inputs; an API request only for a moved endpoint."""
        from ..declaration.declaration import declared

        return UpdateResult({**declared(news), **self._recordings.update(id_, _own(olds), news)})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Stop the recording and wait until it is gone. Raises RecordingError."""
        self._recordings.stop(id_, props)
