"""Declarations for tests: the smallest good one, and ways to vary it."""

from __future__ import annotations

from typing import Any

from trtc_webrecord.declaration.declaration import Declaration

COS: dict[str, Any] = {"region": "ap-singapore", "bucket": "recordings-1250000000"}
URN = "urn:pulumi:prod::web-recordings::pulumi-python:dynamic/trtc:WebRecording::lobby"
PROPS: dict[str, Any] = {
    "record_url": "https://example.com/lobby",
    "sdk_app_id": 1600011111,
    "storage_params": {"cloud_storage": COS},
    "resource_urn": URN,
}
KEYS = ("AKID-of-the-bucket", "key-of-the-bucket")


def props(**changes: Any) -> dict[str, Any]:
    """The smallest good properties, changed."""
    return {**PROPS, **changes}


def cos(**changes: Any) -> dict[str, Any]:
    """`storage_params` with COS, changed."""
    return {"cloud_storage": {**COS, **changes}}


def vod(**fields: Any) -> dict[str, Any]:
    """`storage_params` with VOD."""
    return {"cloud_vod": {"tencent_vod": fields}}


def declaration(**changes: Any) -> Declaration:
    """The smallest good declaration, changed."""
    return Declaration.from_props(props(**changes))


def state(**changes: Any) -> dict[str, Any]:
    """What Pulumi keeps of a recording that runs: the inputs and the outputs."""
    outputs = {
        "task_id": "task-1",
        "record_id": "lobby-abcdefghijklmnopqr",
        "request_id": "request-1",
        "status": "recording",
        "started_at": None,
        "file_prefix": "recordings-1250000000/task-1/",
        "endpoint": "https://trtc.intl.tencentcloudapi.com",
        "region": "ap-singapore",
    }
    return {**props(), **outputs, **changes}
