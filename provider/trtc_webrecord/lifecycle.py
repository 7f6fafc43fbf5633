"""What Pulumi asks of a WebRecording: check, diff, create, read, update, delete.

The class's place and name are in every stack's state (`__provider` is its pickle): moving it would
strand the recordings that run.

Every program that declares a recording loads this module, and only the provider's own process
serves calls; so what serves them is imported where it is used.
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

from .host import recordings_of_this_process, say, shorten_errors, widen_pool

if TYPE_CHECKING:
    from .recording.recordings import Recordings


def is_unknown(value: Any) -> bool:
    """Whether a value is one that a preview does not know yet; SDK versions mark it differently."""
    return isinstance(value, Unknown) or (isinstance(value, str) and value == UNKNOWN)


class WebRecordingProvider(ResourceProvider):
    """The provider behind WebRecording. One instance serves all threads of a run."""

    serialize_as_secret_always = False
    _recordings: Recordings

    def configure(self, req: ConfigureRequest) -> None:
        """Read the `trtc:` config. Raises ConfigError."""
        from .configuration import ProviderConfig

        widen_pool()
        shorten_errors()
        self._recordings = recordings_of_this_process(ProviderConfig.from_stack(req.config.get))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse bad input, all faults at once, before any call."""
        if news == olds:  # it has been checked when it was declared
            return CheckResult(news, [])
        from .declaration.changes import refused
        from .declaration.declaration import Declaration, faults
        from .declaration.validation import contains_unknown

        reasons = faults(news, is_unknown=is_unknown)
        if not reasons and not contains_unknown(news, is_unknown):
            declaration = Declaration.from_props(news)
            reasons = [*refused(olds, declaration), *self._recordings.refused(declaration)]
        return CheckResult(news, [CheckFailure("", reason) for reason in reasons])

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Another recording is a replacement; what is Pulumi's business alone is in place."""
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
        """Start the recording, or adopt the one that runs. Raises RecordingError."""
        from .declaration.declaration import Declaration, declared

        outputs = self._recordings.start(Declaration.from_props(props))
        return CreateResult(outputs["task_id"], {**declared(props), **outputs})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """The recording's state; gone where it ended and the restart policy is `always`."""
        status = self._recordings.status(id_, props)
        if status == "ended" and props.get("restart_policy") == "always":
            return ReadResult("", {})
        return ReadResult(id_, {**props, "status": status})

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Take over what changes nothing for the running task; no call is made."""
        from .declaration.changes import Changes
        from .declaration.declaration import OUTPUTS, declared, declared_name

        if "storage_params" in Changes(olds, news).in_place:
            say(
                f"recording {declared_name(news)!r}: TaskId {id_} keeps the storage keys that it "
                "was started with; the new ones serve the next recording"
            )
        return UpdateResult({**declared(news), **{name: olds.get(name) for name in OUTPUTS}})

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Stop the recording and wait until it is gone. Raises RecordingError."""
        self._recordings.stop(id_, props)
