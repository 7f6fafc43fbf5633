"""The fields of the provider's models, for the reference and the schema of a stack's config."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, WrapValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from trtc_webrecord.configuration_rules import endpoint_url, store_url, valid_key
from trtc_webrecord.declaration import rules, storage_rules
from trtc_webrecord.declaration.names import SECRET_FIELDS
from trtc_webrecord.native.schema import docstrings, environment_of, unit_of
from trtc_webrecord.stack_program.entry import start_time
from trtc_webrecord.stack_program.windows import TIME

Kind = Literal["string", "integer", "number", "boolean", "list", "object", "any"]
Keywords = dict[str, Any]
"""What JSON Schema calls the rules of a value: `minimum`, `pattern` and so on."""

PLAIN: dict[Any, Kind] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    Any: "any",
}
BOUNDS = {
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "min_length": "minLength",
    "max_length": "maxLength",
}
KEY = "^[!#-&(-_a-~]+$"
"""A key: visible ASCII characters without quotation marks."""

RULES: dict[Callable[..., Any], Keywords] = {
    rules.page_url: {"pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]\S*$"},
    rules.rtmp_url: {"pattern": r"^[Rr][Tt][Mm][Pp]://[^\s/?#]\S*$"},
    endpoint_url: {
        "pattern": r"^(https://[^/?#@\s]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)/*$"
    },
    store_url: {"pattern": r"^https?://[^/?#@\s]+/*$"},
    valid_key: {"pattern": KEY},
    storage_rules.cos_bucket: {"pattern": f"^{storage_rules.BUCKET}$"},
    storage_rules.cos_region: {"pattern": f"^{storage_rules.REGION}$"},
    storage_rules.storage_key: {"pattern": KEY},
    rules.path_part: {"pattern": "^[A-Za-z0-9_-]+$"},
    rules.record_label: {"pattern": "^[A-Za-z0-9_-]{1,64}$"},
    rules.declarable_record_id: {"pattern": "^[A-Za-z0-9_-]{1,31}$"},
    rules.cos_only: {"enum": [0]},
    rules.video_media_type: {"enum": [0, 1, 3]},
    start_time: {"pattern": f"^{TIME}$"},
    rules.cdn_targets: {"maxItems": rules.MAX_CDN_TARGETS},
}
"""The models' own rules in JSON Schema; a test compares what both accept."""

BROKEN = {"string": "", "integer": -1}
"""A value that breaks the own rules of each kind, so that their messages have them."""


@dataclass(frozen=True)
class Shape:
    """What a value looks like. `rule_texts` are its own rules in words."""

    kind: Kind
    keywords: Keywords = field(default_factory=dict)
    rule_texts: tuple[str, ...] = ()
    item: Shape | None = None
    model: type[BaseModel] | None = None


@dataclass(frozen=True)
class Field:
    """One field of a model, by its name in Python; `unit` is empty where there is none.

    `environment` are the variables that set it where the config does not, the first one first.
    """

    name: str
    shape: Shape
    about: str
    required: bool
    default: str | int | float | None
    unit: str
    secret: bool
    environment: list[str]


def fields_of(model: type[BaseModel]) -> Iterator[Field]:
    """The fields of a model, without the one that the resource sets itself."""
    about = docstrings(model)
    for name, info in model.model_fields.items():
        if name != "resource_urn":
            yield Field(
                name=name,
                shape=_shape(info.annotation, info.metadata),
                about=about.get(name, ""),
                required=info.is_required(),
                default=_default(info),
                unit=unit_of(info),
                secret=name in SECRET_FIELDS or not info.repr,
                environment=environment_of(model, name),
            )


def _default(info: FieldInfo) -> str | int | float | None:
    written_out = isinstance(info.default, str | int | float) and info.default != ""
    return info.default if written_out else None


def _shape(annotation: Any, metadata: list[Any]) -> Shape:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _shape(inner, [*metadata, *more])
    keywords = dict(_keywords(metadata))
    if annotation in PLAIN:
        kind = PLAIN[annotation]
        return Shape(kind, keywords, tuple(_rule_texts(kind, metadata)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("object", keywords, model=annotation)
    arguments = [each for each in get_args(annotation) if each is not type(None)]
    if get_origin(annotation) is list:
        return Shape("list", keywords, item=_shape(arguments[0], []))
    if get_origin(annotation) is Literal:
        return Shape("string", {"enum": arguments})
    return _shape(arguments[0], metadata)


def _keywords(metadata: list[Any]) -> Iterator[tuple[str, Any]]:
    for each in metadata:
        if isinstance(each, FieldInfo):
            yield from _keywords(each.metadata)
        elif isinstance(each, AfterValidator | WrapValidator):
            yield from RULES.get(each.func, {}).items()
        for bound, keyword in BOUNDS.items():
            if getattr(each, bound, None) is not None:
                yield keyword, getattr(each, bound)


def _rule_texts(kind: Kind, metadata: list[Any]) -> Iterator[str]:
    for each in metadata:
        if isinstance(each, AfterValidator):
            try:
                each.func(BROKEN[kind])  # type: ignore[call-arg]
            except PydanticCustomError as error:
                yield re.sub("^must (be|consist of) ", "", error.message())
