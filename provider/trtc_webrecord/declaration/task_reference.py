"""What names a task in DescribeWebRecord."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError

from ..errors import InvalidProperties
from .rules import Int, NonEmpty, valid_record_id
from .spec import Params
from .validation import Style, messages_of, nothing_unknown


class TaskReference(Params):
    """A task: its `task_id`, or its `sdk_app_id` and `record_id`."""

    task_id: NonEmpty | None = None
    """The TaskId."""
    sdk_app_id: Annotated[Int | None, Field(ge=1, le=2**32 - 1)] = None
    """The SdkAppId of the task; with it, another account's TaskId is an error of its own."""
    record_id: Annotated[str, AfterValidator(valid_record_id)] | None = None
    """The RecordId that the task was started with."""

    @classmethod
    def _broken_rule(cls, given: set[str]) -> str | None:
        if ("task_id" in given) != ("record_id" in given) and given != {"record_id"}:
            return None
        found = " and ".join(name for name in cls.model_fields if name in given) or "neither"
        return f"a task is named by task_id, or by sdk_app_id and record_id; {found} given"

    @classmethod
    def of(cls, values: dict[str, Any], style: Style = str) -> TaskReference:
        """The task of a lookup's inputs. Raises InvalidProperties with all errors."""
        try:
            return cls.model_validate(values, by_alias=False, by_name=True)
        except ValidationError as error:
            reasons = "; ".join(messages_of(error, cls, style, nothing_unknown))
            raise InvalidProperties(f"the lookup is invalid: {reasons}") from None

    def __str__(self) -> str:
        if self.task_id:
            return f"TaskId {self.task_id}"
        return f"RecordId {self.record_id} of SdkAppId {self.sdk_app_id}"
