"""What a change of each input does, by `declaration.changes` itself."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

from trtc_webrecord.declaration.changes import Changes
from trtc_webrecord.declaration.declaration import validation_errors

Path = tuple[str, ...]

COS = {"region": "ap-singapore", "bucket": "b-1250000000", "access_key": "a", "secret_key": "b"}
VOD: dict[str, Any] = {"tencent_vod": {}}
BASE: dict[str, Any] = {
    "record_url": "https://example.com/",
    "sdk_app_id": 1,
    "storage_params": {"cloud_storage": COS},
}
OUTPUTS = {"task_id": "task", "request_id": "request", "status": "recording"}
VALUES = (
    *(True, False, 0, 1, 2, 1800, 1801, "c", "d", ["c"], ["d"], "never", "always", "mp4", "hls"),
    *("c-1250000000", "d-1250000000", "ap-c", "ap-d"),
    [{"publish_cdn_url": "rtmp://example.com/c"}],
    [{"publish_cdn_url": "rtmp://example.com/d"}],
    *("https://example.com/c", "https://example.com/d", "rtmp://example.com/c", "rtmp://e.com/d"),
)
"""Among these are two good ones for every input that has two."""


def effect(path: Path) -> str:
    """The effect of a change of the input at a path; "" if it has one value only."""
    first, *others = itertools.islice(_declared(path), 2)
    if not others:
        return ""
    second = others[0]
    changed = _between(first, second)
    parts = [changed]
    if _is_optional(path):
        removed = {_between(given, _without(path)) for given in (first, second)}
        if changed not in removed:
            parts.append(f"removing it: {removed.pop()}")
    if _between(first, second, status="ended") != changed:
        parts.append(f"`{second[path[0]]}` after the recording has ended: replaces")
    return "; ".join(parts)


def _between(old: dict[str, Any], new: dict[str, Any], **outputs: str) -> str:
    changes = Changes({**old, **OUTPUTS, **outputs}, new)
    if changes.replaces:
        return "replaces"
    return "in place" if changes.in_place else "none"


def _declared(path: Path) -> Iterator[dict[str, Any]]:
    """Good declarations that differ in the value at the path."""
    for value in VALUES:
        props = _base(path)
        _holder(props, path)[path[-1]] = value
        if not validation_errors(props):
            yield props


def _base(path: Path) -> dict[str, Any]:
    props = copy.deepcopy(BASE)
    if "cloud_vod" in path:
        props["storage_params"] = {"cloud_vod": copy.deepcopy(VOD)}
    if path[0] == "publish_cdn_params":
        props["publish_cdn_params"] = [{"publish_cdn_url": "rtmp://example.com/"}]
    return props


def _holder(props: dict[str, Any], path: Path) -> dict[str, Any]:
    for name in path[:-1]:
        below = props.setdefault(name, {})
        props = below[0] if isinstance(below, list) else below
    return props


def _without(path: Path) -> dict[str, Any]:
    props = _base(path)
    _holder(props, path).pop(path[-1], None)
    return props


def _is_optional(path: Path) -> bool:
    return not validation_errors(_without(path))
