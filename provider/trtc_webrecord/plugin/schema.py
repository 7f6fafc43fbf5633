"""The package's schema, for editors and generated SDKs: made from the models."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ..configuration import ProviderConfig
from ..declaration.declaration import Declaration
from ..declaration.names import SECRET_FIELDS

PACKAGE = "trtc"
TOKEN = f"{PACKAGE}:index:WebRecording"


def schema() -> str:
    """The schema as JSON."""
    types: dict[str, Any] = {}
    inputs = _properties(Declaration, types)
    inputs.pop("resourceUrn")
    required = [to_camel(n) for n, f in Declaration.model_fields.items() if f.is_required()]
    config = _properties(ProviderConfig, types)
    return json.dumps(
        {
            "name": PACKAGE,
            "version": version("pulumi-trtc-webrecord"),
            "description": "Tencent TRTC page recordings",
            "config": {"variables": config},
            "provider": {"inputProperties": config},
            "types": types,
            "resources": {
                TOKEN: {
                    "inputProperties": inputs,
                    "requiredInputs": required,
                    "properties": {**inputs, **OUTPUTS},
                    "required": [*required, "taskId", "requestId", "status"],
                }
            },
        }
    )


OUTPUTS = {
    name: {"type": "string"}
    for name in (
        "taskId",
        "recordId",
        "requestId",
        "status",
        "startedAt",
        "filePrefix",
        "endpoint",
        "region",
    )
}


def _properties(model: type[BaseModel], types: dict[str, Any]) -> dict[str, Any]:
    return {
        to_camel(name): _property(name, field, types) for name, field in model.model_fields.items()
    }


def _property(name: str, field: FieldInfo, types: dict[str, Any]) -> dict[str, Any]:
    spec = _type(field.annotation, types)
    if (
        field.default is not PydanticUndefined
        and isinstance(field.default, str | int | float)
        and field.default != ""
    ):
        spec["default"] = field.default
    if name in SECRET_FIELDS:
        spec["secret"] = True
    return spec


def _type(annotation: Any, types: dict[str, Any]) -> dict[str, Any]:
    arguments = [each for each in get_args(annotation) if each is not type(None)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        token = f"{PACKAGE}:index:{annotation.__name__}"
        if token not in types:
            types[token] = {}
            types[token] = {
                "type": "object",
                "properties": _properties(annotation, types),
                "required": [
                    to_camel(n) for n, f in annotation.model_fields.items() if f.is_required()
                ],
            }
        return {"$ref": f"#/types/{token}"}
    if annotation is int:
        return {"type": "integer"}
    if annotation is float:
        return {"type": "number"}
    if annotation is str:
        return {"type": "string"}
    if getattr(annotation, "__origin__", None) is list:
        return {"type": "array", "items": _type(arguments[0], types)}
    if annotation is Any:
        return {"$ref": "pulumi.json#/Any"}
    if arguments and isinstance(arguments[0], str):
        return {"type": "string"}
    return _type(arguments[0], types)
