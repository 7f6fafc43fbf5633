"""Property values as the engine sends them (protobuf structs) and as the core takes them.

On the wire names are camelCase, secrets are wrapped and unknown values are a marker. The core takes
plain values by snake_case names. Source of the encoding: `pulumi/proto/pulumi/provider.proto`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.rpc import UNKNOWN
from pydantic import BaseModel
from pydantic.alias_generators import to_camel, to_snake

from ..declaration.declaration import Declaration
from ..declaration.names import OUTPUTS, SECRET_FIELDS, UNFINISHED
from ..declaration.naming import VERBATIM, snake_case
from ..pulumi_cli.state import SIGNATURE

SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105

NOT_CAMEL_CASE = "\0"
"""Ends a name that is not camelCase, so that the core knows no such field."""

Json = dict[str, Any]


def received(struct: Struct) -> Json:
    """The values of a message, secrets still wrapped, names as they came."""
    values: Json = MessageToDict(struct)
    return {name: value for name, value in values.items() if not name.startswith("__")}


def received_state(struct: Struct) -> Json:
    """The values of a state, named as this provider does.

    An alias can lead to the state of a dynamic resource: that has a `resourceUrn`.
    """
    values = received(struct)
    if "resource_urn" not in values:
        return values
    named: Json = snake_case(values, lambda name: to_camel(name) if name in FIELDS else name)
    return named


def sent(values: Json) -> Struct:
    """A message of such values."""
    struct = Struct()
    struct.update(values)
    return struct


def is_unknown(value: Any) -> bool:
    """Whether a preview does not know the value yet."""
    return isinstance(value, str) and value == UNKNOWN


def plain(values: Json) -> Json:
    """The values for the core: no secrets' wrappers, snake_case names."""
    known: Json = snake_case(opened(values), _field)
    return known


def opened(value: Any) -> Any:
    """The value without the wrappers of secrets, at any depth."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return opened(value.get("value"))
        return {name: opened(item) for name, item in value.items()}
    if isinstance(value, list):
        return [opened(item) for item in value]
    return value


def with_secrets(values: Json) -> Json:
    """The values with whatever is always secret wrapped as a secret, at any depth.

    `filePrefix` is, where it is made of a secret: the bucket or a part of the path.
    """
    sealed = {name: _sealed(name, value) for name, value in values.items()}
    if sealed.get("filePrefix") and _has_secret(values.get("storageParams")):
        sealed["filePrefix"] = {SIGNATURE: SECRET, "value": opened(sealed["filePrefix"])}
    return sealed


def outputs(values: Json) -> Json:
    """The core's outputs by their names on the wire."""
    return {
        to_camel(name): value for name, value in values.items() if name in (*OUTPUTS, UNFINISHED)
    }


def as_written(name: str) -> str:
    """A field's name on the wire, for validation messages; `in_camel_case` ends the conversion."""
    return name if name.endswith(NOT_CAMEL_CASE) else to_camel(name)


def in_camel_case(message: str) -> str:
    """A message of the core, with the names of fields as a user of this provider writes them."""
    return _SNAKE_NAMES.sub(lambda name: to_camel(name[0]), message).replace(NOT_CAMEL_CASE, "")


def _field(name: str) -> str:
    snake = to_snake(name)
    return snake if to_camel(snake) == name else f"{name}{NOT_CAMEL_CASE}"


def _sealed(name: str, value: Any) -> Any:
    if value is None or (isinstance(value, dict) and SIGNATURE in value):
        return value
    if to_snake(name) in SECRET_FIELDS:
        return {SIGNATURE: SECRET, "value": opened(value)}
    if isinstance(value, dict) and name != VERBATIM:
        return with_secrets(value)
    if isinstance(value, list) and name != VERBATIM:
        return [_sealed("", item) for item in value]
    return value


def _has_secret(value: Any) -> bool:
    """Whether there is a secret in it beside those that always are."""
    if isinstance(value, dict):
        below = (item for name, item in value.items() if to_snake(name) not in SECRET_FIELDS)
        return SIGNATURE in value or any(map(_has_secret, below))
    return isinstance(value, list) and any(map(_has_secret, value))


def _names(annotation: Any) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield name
            yield from _names(field.annotation)
    for argument in get_args(annotation):
        yield from _names(argument)


FIELDS = {name for name in (*_names(Declaration), *OUTPUTS) if "_" in name}
_SNAKE_NAMES = re.compile(rf"\b({'|'.join(sorted(FIELDS))})\b(?!{NOT_CAMEL_CASE})")
