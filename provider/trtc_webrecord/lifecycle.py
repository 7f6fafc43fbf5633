"""The dynamic provider: check, diff, create, read, update, delete.

The class's module and name are in every stack's state (`__provider` is its pickle): after a rename,
Pulumi could not manage the existing recordings.

Every Pulumi program loads this module, but only the provider process runs the operations, so their
imports are local.
"""

from __future__ import annotations

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

from .host import notify, recordings_of_this_process, shorten_errors, widen_pool

if TYPE_CHECKING:
    from .recording.recordings import Recordings


def is_unknown(value: Any) -> bool:
    """Whether a preview does not know the value yet; SDK versions represent this differently."""
    return isinstance(value, Unknown) or (isinstance(value, str) and value == UNKNOWN)


class WebRecordingProvider(ResourceProvider):
    """The dynamic provider of WebRecording. Thread-safe."""

    serialize_as_secret_always = False
    _recordings: Recordings

    def configure(self, req: ConfigureRequest) -> None:
        """Read the `trtc:` config. Raises ConfigError."""
        from .configuration import ProviderConfig

        widen_pool()
        shorten_errors()
        self._recordings = recordings_of_this_process(ProviderConfig.from_stack(req.config._props))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Report all validation errors, before any API request."""
        if news == olds:  # validated in an earlier run
            return CheckResult(news, [])
        from .declaration.changes import refused
        from .declaration.declaration import Declaration, validation_errors
        from .declaration.validation import contains_unknown

        reasons = validation_errors(news, is_unknown=is_unknown)
        if not reasons and not contains_unknown(news, is_unknown):
            declaration = Declaration.from_props(news)
            reasons = [*refused(olds, declaration), *self._recordings.refused(declaration)]
        return CheckResult(news, [CheckFailure("", reason) for reason in reasons])

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Replace for a change of the recording, update in place for the other inputs."""
        from .declaration.changes import Changes

        changes = Changes(olds, news, is_unknown)
        if olds.get("status") == "ended":
            self._recordings.note_ended(olds["record_id"])
        if not changes.replaces:
            self._recordings.keep(id_)
        return DiffResult(
            changes=bool(changes.replaces or changes.in_place),
            replaces=changes.replaces,
            delete_before_replace=changes.share_a_cdn_target,
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Start the recording, or adopt the running one. Raises RecordingError."""
        from .declaration.declaration import Declaration, declared

        outputs = self._recordings.start(Declaration.from_props(props))
        return CreateResult(outputs["task_id"], {**declared(props), **outputs})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Refresh the status; with restart policy `always`, an ended recording is gone."""
        status = self._recordings.status(id_, props)
        if status == "ended" and props.get("restart_policy") == "always":
            return ReadResult("", {})
        return ReadResult(id_, {**props, "status": status})

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Store the new inputs; no API request."""
        from .declaration.changes import Changes
        from .declaration.declaration import OUTPUTS, declared, declared_name

        if "storage_params" in Changes(olds, news).in_place:
            notify(
                f"recording {declared_name(news)!r}: TaskId {id_} keeps the storage keys that it "
                "was started with; the new keys apply to the next recording"
            )
        return UpdateResult({**declared(news), **{name: olds.get(name) for name in OUTPUTS}})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Stop the recording and wait until it is gone. Raises RecordingError."""
        self._recordings.stop(id_, props)
