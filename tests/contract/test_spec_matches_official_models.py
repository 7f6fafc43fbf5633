"""The provider's models of the request have the fields and types of the official client's."""

from __future__ import annotations

import re
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel
from tencentcloud.trtc.v20190722 import models as official
from trtc_recorder.api.parameters import DescribeWebRecordRequest, StopWebRecordRequest
from trtc_webrecord.declaration.spec import (
    CloudStorage,
    CloudVod,
    EmulateMobileParams,
    McuPublishCdnParam,
    StartWebRecordRequest,
    StorageParams,
    TencentVod,
    WebRecordVideoParams,
)


def official_fields(name: str) -> dict[str, str]:
    """The fields of an official model and their types, as its documentation names them."""
    documentation = getattr(official, name).__init__.__doc__
    fields = re.findall(r":type (\w+): (.+)", documentation)
    return {field: re.sub(r":class:`.*\.(\w+)`", r"\1", kind.strip()) for field, kind in fields}


def wire_type(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        return wire_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        (given,) = (part for part in get_args(annotation) if part is not type(None))
        return wire_type(given)
    if get_origin(annotation) is list:
        return f"list of {wire_type(get_args(annotation)[0])}"
    if get_origin(annotation) is Literal:
        return type(get_args(annotation)[0]).__name__
    return str(annotation.__name__)


@pytest.mark.parametrize(
    "model",
    [
        StartWebRecordRequest,
        StorageParams,
        CloudStorage,
        CloudVod,
        TencentVod,
        WebRecordVideoParams,
        McuPublishCdnParam,
        EmulateMobileParams,
        DescribeWebRecordRequest,
        StopWebRecordRequest,
    ],
    ids=lambda model: model.__name__,
)
def test_fields_and_types_are_the_official_ones(model: type[BaseModel]) -> None:
    ours = {str(f.alias): wire_type(f.annotation) for f in model.model_fields.values()}
    assert ours == official_fields(model.__name__)
