"""A recording as the stack's config declares it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, model_validator

from ..declaration.declaration import Inputs
from ..declaration.rules import Text, rule, with_rule
from .windows import parse_time


def start_time(text: str) -> str:
    try:
        parse_time(text)
    except ValueError:
        raise rule(
            "must be a date and time with its offset from UTC, such as 2026-12-01T09:00+01:00"
        ) from None
    return text


class Entry(Inputs):
    """The inputs of a recording, and when it starts."""

    start_at: Annotated[Text, AfterValidator(start_time)] | None = None
    """The first `pulumi up` from then on starts it, within `max_duration_limit`: date and time."""

    @model_validator(mode="wrap")
    @classmethod
    def _fits(cls, value: Any, handler: Callable[[Any], Entry]) -> Entry:
        entry: Entry = with_rule(value, handler, _unfit(value))
        return entry


def _unfit(value: Any) -> str | None:
    """What beside startAt contradicts it."""
    if not isinstance(value, dict) or value.get("start_at") is None:
        return None
    if value.get("max_duration_limit") is None:
        return "start_at: needs max_duration_limit, which ends its window and the recording"
    if value.get("restart_policy") not in (None, "never"):
        return "restart_policy: must be never beside start_at: nothing starts outside its window"
    for name in ("record_id", "adopt_task_id"):
        if value.get(name) is not None:
            return f"{name}: cannot be set beside start_at, which starts a task and derives its id"
    return None
