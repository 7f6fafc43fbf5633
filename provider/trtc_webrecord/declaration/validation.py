"""Validation messages: field, value (never a secret) and rule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..redaction import redact_url
from .names import SECRET_FIELDS
from .record_id import canonical
from .yaml_values import CHANGED_BY_YAML, changed_by_yaml, not_a_string

_INT_ERRORS = {"int_type", "int_parsing", "int_from_float", "int_parsing_size", "finite_number"}
_SHAPE_ERRORS = {
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
}

_TIME = re.compile(r"(begin|end|start|stop)s?(at|time)?|time|until|schedule|cron")
"""Names that people give to the time of a recording, without case, `_` and `-`."""

Style = Callable[[str], str]
"""Converts a snake_case field name for a message: to camelCase for a stack's config."""

UNKNOWN = "extra_forbidden"
"""The type of an error of a field that does not exist."""

IsUnknown = Callable[[Any], bool]
"""Whether a value is a placeholder for one that a preview does not know yet."""


def nothing_unknown(value: Any) -> bool:
    """For a stack's config and the state, in which every value is known."""
    return False


def messages_of(
    error: ValidationError,
    model: type[BaseModel],
    style: Style,
    is_unknown: IsUnknown,
    kind: str = "",
) -> list[str]:
    """One line for each error: `web_record_video_params.width = 4000: must be from 0 to 1920`.

    Errors of values that are not known yet are ignored, and those of another `kind`, if one is
    given: pydantic's name of an error's type.
    """
    return [
        _line(detail, model, style)
        for detail in error.errors()
        if not _not_known_yet(detail, is_unknown) and kind in ("", detail["type"])
    ]


def contains_unknown(value: Any, is_unknown: IsUnknown) -> bool:
    """Whether a value, or anything inside it, is known only after another resource is created."""
    if isinstance(value, dict):
        return any(contains_unknown(item, is_unknown) for item in value.values())
    if isinstance(value, list):
        return any(contains_unknown(item, is_unknown) for item in value)
    return is_unknown(value)


def _not_known_yet(detail: ErrorDetails, is_unknown: IsUnknown) -> bool:
    value = detail["input"]
    if detail["type"] == "rule":
        return contains_unknown(value, is_unknown)
    return is_unknown(value)


def _line(detail: ErrorDetails, model: type[BaseModel], style: Style) -> str:
    path = detail["loc"]
    where = "".join(
        f"[{part}]" if isinstance(part, int) else f".{style(part)}" for part in path
    ).lstrip(".")
    value = _shown(detail["type"], path, detail["input"])
    subject = f"{where}{value and f' = {value}'}"
    return ": ".join(filter(None, [subject, _rule(detail, path, model, style)]))


def _shown(kind: str, path: Sequence[str | int], value: Any) -> str:
    if kind in ("missing", UNKNOWN) or kind in _SHAPE_ERRORS:
        return ""
    if not isinstance(value, str | int | float):
        return ""
    if SECRET_FIELDS.intersection(part for part in path if isinstance(part, str)):
        return "[secret]"
    if isinstance(value, str) and ("record_url" in path or "://" in value):
        return repr(redact_url(value))
    return repr(canonical(value))


def _rule(
    detail: ErrorDetails, path: tuple[str | int, ...], model: type[BaseModel], style: Style
) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "is required"
    if kind == UNKNOWN:
        return _unknown_field(str(path[-1]), _model_at(model, path[:-1]), style)
    if changed_by_yaml(detail["input"]):
        return CHANGED_BY_YAML
    if kind in _SHAPE_ERRORS:
        return f"{_SHAPE_ERRORS[kind]}, got {type(detail['input']).__name__}"
    if kind in ("greater_than_equal", "less_than_equal"):
        return _bounds(_field_at(model, path), context)
    if kind in _INT_ERRORS:
        return "must be a whole number"
    if kind == "literal_error":
        return f"must be {context['expected']}"
    if kind == "string_too_short":
        return "must not be empty"
    if kind == "string_type":
        return not_a_string(detail["input"])
    return re.sub(r"[a-z]+(_[a-z]+)+", lambda name: style(name[0]), detail["msg"])


def _unknown_field(name: str, model: type[BaseModel], style: Style) -> str:
    known = [field for field in model.model_fields if field != "resource_urn"]
    if _TIME.fullmatch(_fold(name)) and "record_url" in known:
        return f"is an unknown field; {_of_times('start_at' in known, style)}"
    if near := nearest(name, known):
        return f"is an unknown field; did you mean {style(near)}?"
    return f"is an unknown field; known fields: {', '.join(map(style, known))}"


def _of_times(has_start_at: bool, style: Style) -> str:
    if has_start_at:
        return (
            f"a recording starts at its {style('start_at')} and ends by its "
            f"{style('max_duration_limit')}"
        )
    return (
        "`pulumi up` starts a recording at once. For a time: startAt in the config of the stack "
        "program, or two scheduled pipelines, as in examples/morning-and-evening"
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is spelled most like this one; case, `_` and `-` make no difference."""
    folded = {_fold(one): one for one in known}
    near = difflib.get_close_matches(_fold(name), folded, n=1, cutoff=0.5)
    return folded[near[0]] if near else None


def _fold(name: str) -> str:
    return re.sub("[_-]", "", name).casefold()


def _bounds(field: FieldInfo, broken: dict[str, Any]) -> str:
    bounds = {
        bound: getattr(constraint, bound)
        for constraint in field.metadata
        for bound in ("ge", "le")
        if hasattr(constraint, bound)
    }
    if "le" in bounds:
        return f"must be from {bounds['ge']} to {bounds['le']}"
    return f"must be {broken['ge']} or more"


def _field_at(model: type[BaseModel], path: tuple[str | int, ...]) -> FieldInfo:
    return _model_at(model, path[:-1]).model_fields[str(path[-1])]


def _model_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel]:
    for part in path:
        if isinstance(part, str):
            model = next(_models_in(model.model_fields[part].annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
