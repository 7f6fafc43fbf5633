"""The nested inputs of WebRecording as TypedDicts: completion in editors, plain dicts at run time.

The validation rules are in `declaration.spec`; a test checks that the field names match.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import Any, TypedDict

import pulumi
from pulumi import Input
from typing_extensions import NotRequired

from ..declaration.names import STORAGE_KEYS


class CloudStorageArgs(TypedDict):
    """Tencent COS. Files land at `bucket/<file_name_prefix…>/<TaskId>/`."""

    region: Input[str]
    bucket: Input[str]
    access_key: NotRequired[Input[str]]
    """Default: the provider's own permanent key pair."""
    secret_key: NotRequired[Input[str]]
    file_name_prefix: NotRequired[Input[Sequence[Input[str]]]]
    """Each of letters, digits, `_` and `-`."""
    vendor: NotRequired[Input[int]]
    """0, Tencent COS: page recording does not support third-party storage."""


class TencentVodArgs(TypedDict, total=False):
    """The VOD settings of the files."""

    procedure: Input[str]
    expire_time: Input[int]
    """s; default 0: no expiry."""
    storage_region: Input[str]
    class_id: Input[int]
    sub_app_id: Input[int]
    session_context: Input[str]
    source_context: Input[str]
    media_type: Input[int]
    """0 mp4 (default), 1 hls, 3 hls and mp4."""
    user_define_record_id: Input[str]
    """At most 64 letters, digits, `_` and `-`."""


class CloudVodArgs(TypedDict):
    """Tencent VOD."""

    tencent_vod: Input[TencentVodArgs]


class StorageParamsArgs(TypedDict, total=False):
    """The storage: exactly one of the two."""

    cloud_storage: Input[CloudStorageArgs]
    cloud_vod: Input[CloudVodArgs]


class WebRecordVideoParamsArgs(TypedDict, total=False):
    """Video size and file format."""

    width: Input[int]
    """0–1920; default 1280."""
    height: Input[int]
    """0–1080; default 720."""
    format: Input[str]
    """`hls` or `mp4`; no effect with VOD."""
    max_media_file_duration: Input[int]
    """Minutes in one file, 1–1440; default 1440; mp4 only."""


class McuPublishCdnParamArgs(TypedDict):
    """One CDN target."""

    publish_cdn_url: Input[str]
    """rtmp://…"""
    is_tencent_cdn: NotRequired[Input[int]]
    """0 or 1; default 1."""


class EmulateMobileParamsArgs(TypedDict, total=False):
    """Render the page as on a mobile device."""

    mobile_device_type: Input[int]
    """0 phone (default), 1 tablet."""
    screen_orientation: Input[int]
    """0 portrait (default), 1 landscape."""


def with_secret_keys(storage_params: Any) -> Any:
    """The storage parameters with `access_key` and `secret_key` as Pulumi secrets.

    `storage_params` is an Input: a plain value, an Output, or a plain value with Outputs inside.
    """
    return _each(
        storage_params,
        lambda name, value: _each(value, _secret) if name == "cloud_storage" else value,
    )


def _secret(name: str, value: Any) -> Any:
    return pulumi.Output.secret(value) if name in STORAGE_KEYS and value is not None else value


def _each(fields: Any, change: Callable[[str, Any], Any]) -> Any:
    if isinstance(fields, pulumi.Output) or isawaitable(fields):
        return pulumi.Output.from_input(fields).apply(lambda known: _each(known, change))
    if not isinstance(fields, dict):
        return fields
    return {name: change(name, value) for name, value in fields.items()}
