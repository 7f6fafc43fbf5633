"""The inputs of a WebRecording: the API's request, and the inputs that the API does not have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from ..errors import InvalidProperties
from .cdn_targets import cdn_target
from .names import OUTPUTS, UNFINISHED
from .record_id import derive_record_id
from .rules import SECONDS, Bool, Int, NonEmpty, declarable_record_id, valid_record_id
from .spec import StartWebRecordSpec
from .storage_inputs import StorageInputs
from .validation import UNKNOWN, IsUnknown, Style, messages_of, nothing_unknown

CHANGED_AFTER_CHECK = (
    "has invalid inputs",
    "Nothing was started or stopped. These are not the inputs that were checked: a policy pack's "
    "remediation has probably set them, after the check. Correct the policy, then run `pulumi up` "
    "again.",
)
INVALID_STATE = (
    "has an invalid state",
    "Nothing was started or stopped. Another version of this package may have written it, or a "
    "person: install that version, or correct the state with `pulumi stack export` and "
    "`pulumi stack import`.",
)
"""What is invalid, and what to do."""

LOCAL_FIELDS = ("startup_watch", "restart_policy", "storage_probe")
"""Inputs whose change only updates the state."""

MOST_NAMES = 5
"""The names that a message lists."""


class Declaration(StartWebRecordSpec):
    """The validated inputs of one WebRecording.

    Not in the API: `triggers` (any change starts a new recording), `startup_watch` (s, 0–120,
    default 0), `restart_policy` (`never`, the default, or `always`), `storage_probe` (whether the
    store is probed first), `adopt_task_id` (a running task to adopt), `resource_urn` (set by the
    resource itself).
    """

    record_id: Annotated[str, AfterValidator(valid_record_id)] | None = None
    """The RecordId; derived if absent. One recording of a program for each, and once only."""
    triggers: list[Any] = Field(default_factory=list)
    """Values of which any change starts a new recording."""
    startup_watch: Annotated[Int, Field(ge=0, le=120, json_schema_extra=SECONDS)] = 0
    """How long `pulumi up` watches that a new recording stays up."""
    restart_policy: Literal["never", "always"] = "never"
    """Whether a recording that has ended is started again."""
    storage_probe: Bool | None = None
    """Whether a start first probes if the keys may write; default: `trtc:storageProbe`."""
    adopt_task_id: NonEmpty | None = None
    """The TaskId of a running task to adopt, which no other recording of the stack holds."""
    resource_urn: str = ""

    @classmethod
    def from_props(cls, props: dict[str, Any]) -> Declaration:
        """Parse a resource's checked inputs; outputs are ignored.

        Raises InvalidProperties with all errors: a policy pack can change inputs after the check.
        """
        return _parsed(cls, props, CHANGED_AFTER_CHECK)

    @classmethod
    def from_state(
        cls, props: dict[str, Any], meaning: tuple[str, str] = INVALID_STATE
    ) -> Declaration:
        """Parse a state, ignoring unknown fields: another version may have written it.

        Its `record_id` may be an adopted task's, of which no rule is known. Raises
        InvalidProperties.
        """
        return _parsed(_Stored, props, meaning, extra="ignore")

    @property
    def name(self) -> str:
        """The resource's name."""
        return declared_name({"resource_urn": self.resource_urn})

    @property
    def who(self) -> str:
        """The recording, for messages."""
        return f"recording {self.name!r}"

    @cached_property
    def spec(self) -> StartWebRecordSpec:
        """The API's request, without the inputs that the API does not have."""
        fields = self.model_dump(include=set(StartWebRecordSpec.model_fields), exclude_unset=True)
        return StartWebRecordSpec.model_validate(fields)

    @cached_property
    def _identity(self) -> dict[str, Any]:
        return self.spec.identity()

    def storage_keys(self) -> tuple[str, str] | None:
        """The declared key pair for COS, or None."""
        storage = self.storage_params.cloud_storage
        if storage is None or storage.access_key is None or storage.secret_key is None:
            return None
        return storage.access_key, storage.secret_key

    def wants_storage_keys(self) -> bool:
        """Whether the storage is COS and no key pair is declared for it."""
        return self.storage_params.cloud_storage is not None and self.storage_keys() is None

    def record_id_of(self, period: int, attempt: int, namespace: str) -> str:
        """The RecordId of the nth attempt in a period: the declared `record_id`, or derived."""
        return self.record_id or derive_record_id(
            namespace=namespace,
            urn=self.resource_urn,
            identity=self._identity,
            triggers=self.triggers,
            period=period,
            attempt=attempt,
        )

    def file_prefix(self, task_id: str) -> str | None:
        """The files' path on COS: `Bucket/<FileNamePrefix…>/<TaskId>/`; None with VOD."""
        storage = self.storage_params.cloud_storage
        if storage is None:
            return None
        return "/".join([storage.bucket, *storage.file_name_prefix, task_id, ""])

    def cdn_targets(self) -> set[str]:
        """The streams that it pushes to. Two recordings must not push to the same one at once."""
        return {cdn_target(each.publish_cdn_url) for each in self.publish_cdn_params}


class Inputs(Declaration):
    """A declaration as a user writes it.

    A state may have a RecordId of an adopted task, and storage that earlier versions accepted.
    """

    storage_params: StorageInputs

    record_id: Annotated[str, AfterValidator(declarable_record_id)] | None = None


class _Stored(Declaration):
    record_id: str | None = None


def first_names(names: Sequence[str]) -> str:
    """The first five names of a list, for a message, and how many more there are."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def declared_name(props: dict[str, Any]) -> str:
    """The resource's name, from its properties, for messages."""
    return str(props.get("resource_urn", "")).split("::", 3)[-1]


def _parsed(
    model: type[Declaration], props: dict[str, Any], meaning: tuple[str, str], **options: Any
) -> Declaration:
    try:
        return model.model_validate(declared(props), by_alias=False, by_name=True, **options)
    except ValidationError as error:
        reasons = "; ".join(messages_of(error, Declaration, str, nothing_unknown))
        what, advice = meaning
        name = declared_name(props)
        raise InvalidProperties(f"recording {name!r} {what}: {reasons}. {advice}") from None


def unknown_fields_without_value(
    props: dict[str, Any], style: Style = str, model: type[Declaration] = Inputs
) -> list[str]:
    """The errors of fields that do not exist and are null, which is no value to validate."""
    try:
        model.model_validate(props, by_alias=False, by_name=True)
    except ValidationError as error:
        return messages_of(error, model, style, lambda value: value is not None, UNKNOWN)
    return []


def declared(props: dict[str, Any]) -> dict[str, Any]:
    """The inputs among a resource's properties that are set."""
    outputs = {*OUTPUTS, UNFINISHED} - {"record_id"}
    return {name: value for name, value in _given(props).items() if name not in outputs}


def _given(props: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in props.items() if value is not None and name != "__provider"
    }


def validation_errors(
    props: dict[str, Any],
    style: Style = str,
    is_unknown: IsUnknown = nothing_unknown,
    model: type[Declaration] = Inputs,
) -> list[str]:
    """The validation errors of the known inputs, one line each; [] if they are valid.

    A value for an output is an error.
    """
    try:
        model.model_validate(_given(props), by_alias=False, by_name=True)
    except ValidationError as error:
        return messages_of(error, model, style, is_unknown)
    return []
