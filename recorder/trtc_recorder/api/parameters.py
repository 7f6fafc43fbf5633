"""Validates the parameters of the three actions, with the API's error codes and messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_pascal
from pydantic_core import ErrorDetails
from trtc_webrecord.declaration.rules import Int
from trtc_webrecord.declaration.spec import StartWebRecordRequest

from ..errors import ApiError, missing_parameter

WIRE_REQUIRED = ("Vendor", "AccessKey", "SecretKey")
"""Fields of CloudStorage that are optional in a declaration and required in a request."""

TYPE_NAMES = {
    "int_type": "integer",
    "int_from_float": "integer",
    "string_type": "string",
    "literal_error": "string",
    "list_type": "array",
    "model_type": "object",
    "model_attributes_type": "object",
}
"""pydantic's error types that mean a wrong JSON type, and the expected type."""


def _task_id(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9+.-]{1,256}", value):
        raise ApiError("InvalidParameter.TaskId", "The TaskId is not valid.")
    return value


class _Query(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal, extra="forbid", hide_input_in_errors=True)


class StopWebRecordRequest(_Query):
    """The request body."""

    task_id: Annotated[str, AfterValidator(_task_id)]


class DescribeWebRecordRequest(_Query):
    """The request body: `task_id`, or `sdk_app_id` and `record_id`. `task_id` takes precedence."""

    task_id: Annotated[str, AfterValidator(_task_id)] | None = None
    sdk_app_id: Int | None = None
    record_id: str | None = None


AnyRequest = TypeVar("AnyRequest", bound=BaseModel)


def start_parameters(body: Mapping[str, Any]) -> StartWebRecordRequest:
    """Validate a StartWebRecord. Raises ApiError for the first validation error."""
    storage_params = body.get("StorageParams")
    if isinstance(storage_params, dict):
        storage = storage_params.get("CloudStorage")
        if isinstance(storage, dict):
            for name in WIRE_REQUIRED:
                if storage.get(name) is None:
                    raise missing_parameter(f"StorageParams.CloudStorage.{name}")
    return _validated(StartWebRecordRequest, body)


def describe_parameters(body: Mapping[str, Any]) -> DescribeWebRecordRequest:
    """Validate a DescribeWebRecord. Raises ApiError for the first validation error."""
    query = _validated(DescribeWebRecordRequest, body)
    if query.task_id is None:
        if query.sdk_app_id is None and query.record_id is None:
            raise missing_parameter("TaskId")
        for name, value in (("SdkAppId", query.sdk_app_id), ("RecordId", query.record_id)):
            if value is None:
                raise missing_parameter(name)
    return query


def stop_parameters(body: Mapping[str, Any]) -> StopWebRecordRequest:
    """Validate a StopWebRecord. Raises ApiError for the first validation error."""
    return _validated(StopWebRecordRequest, body)


def _validated(model: type[AnyRequest], body: Mapping[str, Any]) -> AnyRequest:
    try:
        return model.model_validate(body, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _api_error(error.errors()[0]) from None


def _api_error(error: ErrorDetails) -> ApiError:
    name = ".".join(str(part) for part in error["loc"])
    kind = error["type"]
    if kind == "missing":
        return missing_parameter(name)
    if kind == "extra_forbidden":
        return ApiError("UnknownParameter", f"The parameter `{name}` is not recognized.")
    wrong_type = kind in TYPE_NAMES and not (
        kind == "literal_error" and isinstance(error["input"], str)
    )
    if wrong_type:
        return ApiError(
            "InvalidParameter",
            f"The value type of parameter `{name}` is not valid, "
            f"input type should be `{TYPE_NAMES[kind]}`.",
        )
    return ApiError(
        "InvalidParameterValue", f"The value of parameter `{name}` is not valid: {error['msg']}."
    )
