"""The JSON Schema of a stack's config file, `Pulumi.<stack>.yaml`, for editors.

It accepts what the stack program accepts, in the names that the reference gives: a secure value in
the place of every text and number, a number in quotes, null where a default may be removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.declaration.names import NAMESPACE as PROVIDER
from trtc_webrecord.declaration.spec import StorageParams
from trtc_webrecord.stack_program.config import NOT_TEXT
from trtc_webrecord.stack_program.entry import Entry
from trtc_webrecord.stack_program.keys import DEFAULTS, KEYS, NAMESPACE, PRICE, RECORDINGS, VIEWER

from tools.reference.fields import Field, Shape, fields_of

Schema = dict[str, Any]


def any_case(pattern: str) -> str:
    """A pattern for both cases: JSON Schema has no flags."""
    return re.sub(r"(?<!\\)[a-zA-Z]", lambda each: f"[{each[0].upper()}{each[0].lower()}]", pattern)


SECURE = {"$ref": "#/definitions/secure"}
IN_QUOTES: Schema = {"type": "string", "pattern": r"^\d+(\.\d+)?$"}
WORD: Schema = {"enum": ["true", "false"]}
"""A boolean in quotes."""
AS_JSON: Schema = {"type": "string", "pattern": r"^\s*\{"}
"""An object as `pulumi config set` without `--path` writes it."""

FIELDS: Schema = {"$ref": "#/definitions/fields"}
NAMES: Schema = {"minLength": 1, "not": {"pattern": f"^({any_case(NOT_TEXT.pattern)}|<nil>)$"}}
STACK_KEYS: dict[str, tuple[str, Schema]] = {
    RECORDINGS: (
        "The recordings by name; `{}` for none.",
        {"type": "object", "propertyNames": NAMES, "additionalProperties": FIELDS},
    ),
    DEFAULTS: (
        "Fields that all recordings have in common; `null` in a recording removes one.",
        FIELDS,
    ),
    VIEWER: (
        "The URL prefix of the viewer: a recording's page is this URL followed by its TaskId.",
        {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/]"},
    ),
    PRICE: (
        "What a minute of recording costs, in any currency, for the stack output longestRun.",
        {"anyOf": [{"type": "number", "minimum": 0}, IN_QUOTES]},
    ),
}


def schema() -> Schema:
    """The schema, in draft 7, which every editor knows."""
    config = {f"{PROVIDER}:{to_camel(each.name)}": _key(each) for each in fields_of(ProviderConfig)}
    for name in KEYS:
        config[f"{NAMESPACE}:{name}"] = config[name] = {"$ref": f"#/definitions/{name}"}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The config of a stack of TRTC page recordings",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": config,
                "patternProperties": {
                    _others(
                        PROVIDER, [to_camel(name) for name in ProviderConfig.model_fields]
                    ): False,
                    _others(NAMESPACE, KEYS): False,
                    **{_of_a_project(name): {"$ref": f"#/definitions/{name}"} for name in KEYS},
                },
                "additionalProperties": True,
            }
        },
        "if": {
            "not": {"required": ["environment"]},
            "properties": {
                "config": {"propertyNames": {"not": {"pattern": f"(^|:){DEFAULTS}$"}}},
            },
        },
        "then": {"properties": {"config": {"patternProperties": _complete_recordings()}}},
        "definitions": {
            "secure": {
                "description": "A secret, as `pulumi config set --secret` writes it.",
                "type": "object",
                "properties": {"secure": {"type": "string"}},
                "required": ["secure"],
                "additionalProperties": False,
            },
            "fields": _object(Entry, merged=True),
            **{name: _stack_key(name) for name in KEYS},
        },
    }


def _others(namespace: str, known: Any) -> str:
    return f"^{namespace}:(?!({'|'.join(known)})$)"


def _of_a_project(name: str) -> str:
    """The key under the name of a project, which `pulumi config set` writes."""
    return f"^(?!({PROVIDER}|{NAMESPACE}):)[^:]+:{name}$"


def _stack_key(name: str) -> Schema:
    about, value = STACK_KEYS[name]
    forms = [value, SECURE] if name in (VIEWER, PRICE) else [value, AS_JSON, SECURE]
    return {"description": about, "anyOf": forms}


def _key(each: Field) -> Schema:
    """A provider's key. An object may also stand there as JSON."""
    value = _value(each.shape, merged=False)
    forms = [{"minLength": 1, **value} if each.shape.kind == "string" else value]
    forms.append(AS_JSON if each.shape.kind == "object" else SECURE)
    if each.shape.kind == "number":
        forms.append(IN_QUOTES)
    if each.shape.kind == "boolean":
        forms.append(WORD)
    return _described(each, forms)


def _object(model: type[BaseModel], merged: bool) -> Schema:
    """An object. If it is merged with defaults, no field is required and each may be null."""
    fields = list(fields_of(model))
    required = [] if merged else [to_camel(each.name) for each in fields if each.required]
    return {
        "type": "object",
        "properties": {
            to_camel(each.name): _described(each, _forms(each, merged)) for each in fields
        },
        **({"required": required} if required else {}),
        **(
            {"not": _all_objects(each.name for each in fields)}
            if issubclass(model, StorageParams)
            else {}
        ),
        "additionalProperties": False,
    }


def _all_objects(names: Iterable[str]) -> Schema:
    fields = [to_camel(name) for name in names]
    return {"required": fields, "properties": {name: {"type": "object"} for name in fields}}


def _described(each: Field, forms: list[Schema]) -> Schema:
    unit = f" Unit: {each.unit}." if each.unit else ""
    suffix = "".join(f" Rule: {rule}." for rule in each.shape.rule_texts)
    default = {} if each.default is None else {"default": each.default}
    return {"description": f"{each.about}{unit}{suffix}", **default, "anyOf": forms}


def _forms(each: Field, merged: bool) -> list[Schema]:
    forms = _scalar_forms(each.shape, merged)
    return [*forms, {"type": "null"}] if merged else forms


def _scalar_forms(shape: Shape, merged: bool) -> list[Schema]:
    forms = [_value(shape, merged)]
    if shape.kind == "integer":
        forms.append(IN_QUOTES)
    if shape.kind == "boolean":
        forms.append(WORD)
    if shape.kind not in ("object", "list", "any"):
        forms.append(SECURE)
    return forms


def _value(shape: Shape, merged: bool) -> Schema:
    if shape.model is not None:
        return _object(shape.model, merged)
    if shape.item is not None:
        items = _scalar_forms(shape.item, merged=False)
        return {"type": "array", "items": {"anyOf": items}, **shape.keywords}
    if shape.kind == "any":
        return {}
    return {"type": shape.kind, **shape.keywords}


def _complete_recordings() -> Schema:
    """Without defaults, each recording has every required field itself."""
    complete = {"additionalProperties": _complete(Entry)}
    return {f"^(?!{PROVIDER}:)([^:]+:)?{RECORDINGS}$": complete}


def _complete(model: type[BaseModel]) -> Schema:
    fields = list(fields_of(model))
    below = {
        to_camel(each.name): deeper
        for each in fields
        if each.shape.model is not None and (deeper := _complete(each.shape.model))
    }
    required = [to_camel(each.name) for each in fields if each.required]
    return {
        **({"required": required} if required else {}),
        **({"properties": below} if below else {}),
    }
