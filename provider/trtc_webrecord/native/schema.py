"""The package's schema, for editors and generated SDKs: made from the models, kept in schema.json.

Descriptions are the fields' docstrings; ranges, defaults and enums are the fields' own.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel, to_pascal
from pydantic.fields import FieldInfo

from ..api.roles import Role, variable_of
from ..configuration import ProviderConfig
from ..declaration.declaration import LOCAL_FIELDS, Declaration
from ..declaration.names import NAMESPACE, SECRET_FIELDS
from ..declaration.task_reference import TaskReference
from ..pulumi_cli.state import LOOKUP, NATIVE
from .package import package_information

CONDITIONAL = {*LOCAL_FIELDS, "storage_params", "record_id", "adopt_task_id"}
"""Inputs of which not every change replaces the recording; see `declaration.changes`."""

NO_DEFAULT = {"endpoint", "region"}
"""Fields of which a written default would hide the environment's or the profile's value."""

BOUNDS = {
    "ge": "at least",
    "gt": "more than",
    "le": "at most",
    "min_length": "min. length",
    "max_length": "max. length",
}

GO_MODULE = f"example.com/pulumi-{NAMESPACE}/sdk/go"

SDK_NAMES: dict[str, dict[str, str]] = {
    "csharp": {},
    "go": {"modulePath": GO_MODULE, "importBasePath": f"{GO_MODULE}/{NAMESPACE}"},
    "nodejs": {"packageName": f"@pulumi/{NAMESPACE}"},
    "python": {"packageName": f"pulumi_{NAMESPACE}"},
}
"""What a program imports, by language: as generated from a path. From a repository, the generator
would put the repository's owner into the names."""

OUTPUTS = {
    "taskId": "The recording task; also the resource's id.",
    "recordId": "The RecordId that the task was started with; none for an adopted one without.",
    "requestId": "Of the request that started or found the task; for support cases.",
    "status": "`recording`, or `ended` once a refresh finds that it has ended. Native resource: "
    "`unknown` after a start without an answer, until the next run.",
    "startedAt": "ISO 8601, UTC, by the service's clock; none for an adopted task.",
    "endedAt": "Its end at the latest: when a refresh found it ended, or its limit, if earlier.",
    "endReason": "Why it ended, if the service says so: TRTC does only in its callbacks.",
    "filePrefix": "`Bucket/<FileNamePrefix…>/<TaskId>/` on COS; none with VOD.",
    "endpoint": "Where the task was started; requests for it are sent only there.",
    "region": "The API region of the endpoint.",
}

RESOURCE = """A recording of a web page by Tencent TRTC, to COS or VOD, and pushed to CDNs.

Creating it calls StartWebRecord with a RecordId derived from the resource's URN and inputs, so that
a repeated, retried or concurrent `pulumi up` adopts the running recording instead of starting
another. Deleting it stops the task.

A changed declaration replaces the recording: the new one is started before the old one is stopped,
unless both push to the same CDN target. `startupWatch`, `restartPolicy`, `storageProbe` and the
storage keys change in place. A plain `pulumi up` looks each recording up once; one that has ended
is restarted only with `restartPolicy: always`.

```yaml
resources:
  lobby:
    type: trtc:WebRecording
    properties:
      recordUrl: https://example.com/lobby
      sdkAppId: 1600011111
      maxDurationLimit: 3600
      storageParams: {cloudStorage: {region: ap-singapore, bucket: lessons-1250000000}}
```

A running task cannot be imported: the service does not return what it was started with. Declare it,
with `adoptTaskId`."""

FOUND = {
    "taskId": "The task.",
    "recordId": "The RecordId that it was started with; none for one that was started without.",
    "status": "`recording`.",
    "endpoint": "Where it runs: the provider's endpoint.",
    "region": "The API region of the endpoint.",
}
"""The outputs of the function."""

FUNCTION = """Looks a running recording up, without declaring it: its status and where it runs.

A task is named by `taskId`, or by `sdkAppId` and `recordId`. It is an error if the service finds no
running task within 15 s: it knows neither ended tasks nor how one ended."""


def schema() -> dict[str, Any]:
    """The schema."""
    types: dict[str, Any] = {}
    inputs = _properties(Declaration, types)
    inputs.pop("resourceUrn")
    for name in Declaration.model_fields.keys() - CONDITIONAL - {"resource_urn"}:
        inputs[to_camel(name)]["willReplaceOnChanges"] = True
    config = _properties(ProviderConfig, types)
    outputs = _strings(OUTPUTS)
    return {
        **package_information(),
        # Without it, the generated SDKs name no version.
        "language": {
            each: {"respectSchemaVersion": True, **names} for each, names in SDK_NAMES.items()
        },
        "config": {"variables": config},
        "provider": {"inputProperties": config},
        "types": types,
        "resources": {
            NATIVE: {
                "description": RESOURCE,
                "inputProperties": inputs,
                "requiredInputs": _required(Declaration),
                "properties": {**inputs, **outputs},
                "required": [*_required(Declaration), "taskId", "requestId", "status"],
            }
        },
        "functions": {
            LOOKUP: {
                "description": FUNCTION,
                "inputs": {"type": "object", "properties": _properties(TaskReference, types)},
                "outputs": {
                    "type": "object",
                    "properties": _strings(FOUND),
                    "required": [name for name in FOUND if name != "recordId"],
                },
            }
        },
    }


def written() -> str:
    """The text of schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _strings(described: dict[str, str]) -> dict[str, Any]:
    return {name: {"type": "string", "description": text} for name, text in described.items()}


def _required(model: type[BaseModel]) -> list[str]:
    return [to_camel(name) for name, field in model.model_fields.items() if field.is_required()]


def _properties(model: type[BaseModel], types: dict[str, Any]) -> dict[str, Any]:
    described = docstrings(model)
    return {
        to_camel(name): _property(model, name, described.get(name, ""), types)
        for name in model.model_fields
    }


def docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings of the model's fields, its bases' too."""
    described: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if not issubclass(base, BaseModel) or base is BaseModel:
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)  # noqa: S101
        for field, text in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                described[ast.unparse(field.target)] = inspect.cleandoc(
                    ast.literal_eval(text.value)
                )
    return described


def unit_of(field: FieldInfo) -> str:
    """The unit of a number, or nothing."""
    extra = field.json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) and "unit" in extra else ""


def environment_of(model: type[BaseModel], name: str) -> list[str]:
    """The environment variables that set a field where the config does not, the first one first."""
    if issubclass(model, Role):
        return [variable_of(name)]
    extra = model.model_fields[name].json_schema_extra
    listed = extra.get("environment") if isinstance(extra, dict) else None
    return [str(each) for each in listed] if isinstance(listed, list) else []


def _property(
    model: type[BaseModel], name: str, described: str, types: dict[str, Any]
) -> dict[str, Any]:
    field = model.model_fields[name]
    spec = _type(name, field.annotation, types)
    bounds = [
        f"{words} {getattr(rule, bound)}"
        for rule in field.metadata
        for bound, words in BOUNDS.items()
        if getattr(rule, bound, None) is not None
    ]
    unit = unit_of(field)
    description = [described] if described else []
    if unit:
        description.append(f"Unit: {unit}.")
    if bounds:
        description.append(f"Range: {', '.join(bounds)}.")
    if environment := environment_of(model, name):
        description.append(f"Environment: {', '.join(environment)}.")
    if description:
        spec["description"] = " ".join(description)
    written_out = isinstance(field.default, str | int | float) and field.default != ""
    if written_out and name not in NO_DEFAULT:
        spec["default"] = field.default
    if name in SECRET_FIELDS or not field.repr:
        spec["secret"] = True
    return spec


def _type(name: str, annotation: Any, types: dict[str, Any]) -> dict[str, Any]:
    if annotation is Any:
        return {"$ref": "pulumi.json#/Any"}
    plain = {bool: "boolean", int: "integer", float: "number", str: "string"}.get(annotation)
    if plain:
        return {"type": plain}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _object(annotation, types)
    arguments = [each for each in get_args(annotation) if each is not type(None)]
    if get_origin(annotation) is list:
        return {"type": "array", "items": _type(name, arguments[0], types)}
    if get_origin(annotation) is Literal:
        token = f"{NAMESPACE}:index:{to_pascal(name)}"
        types[token] = {"type": "string", "enum": [{"value": each} for each in arguments]}
        return {"$ref": f"#/types/{token}"}
    return _type(name, arguments[0], types)


def _object(model: type[BaseModel], types: dict[str, Any]) -> dict[str, Any]:
    token = f"{NAMESPACE}:index:{model.__name__}"
    if token not in types:
        types[token] = {}
        types[token] = {
            "type": "object",
            "description": inspect.getdoc(model),
            "properties": _properties(model, types),
            "required": _required(model),
        }
    return {"$ref": f"#/types/{token}"}
