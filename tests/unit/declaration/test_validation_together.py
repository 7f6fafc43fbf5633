"""Validation errors of one declaration: all at once, none of unknown values, without secrets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.runtime.rpc import UNKNOWN
from trtc_webrecord.declaration.declaration import validation_errors
from trtc_webrecord.declaration.validation import contains_unknown
from trtc_webrecord.dynamic.provider import is_unknown
from unit.declared import COS, cos, props

CANARY = "canary-5f1e"
FAULTS: dict[str, Any] = {
    "record_url": ("not a page", ["record_url"]),
    "sdk_app_id": (0, ["sdk_app_id"]),
    "record_id": ("x" * 32, ["record_id"]),
    "startup_watch": (121, ["startup_watch"]),
    "surprise": (1, ["surprise"]),
    "web_record_video_params": (
        {"width": 1921, "height": 1081, "format": "mov"},
        [f"web_record_video_params.{name}" for name in ("width", "height", "format")],
    ),
    "publish_cdn_params": (
        [{"publish_cdn_url": "http://a"}, *[{"publish_cdn_url": "rtmp://b"}] * 10],
        ["publish_cdn_params[0].publish_cdn_url", "publish_cdn_params"],
    ),
    "storage_params": (
        {
            "cloud_storage": {**COS, "vendor": 1, "access_key": "alone"},
            "cloud_vod": {"tencent_vod": {"media_type": 2}},
        },
        [
            "storage_params.cloud_storage.vendor",
            "storage_params.cloud_storage",
            "storage_params.cloud_vod.tencent_vod.media_type",
            "storage_params",
        ],
    ),
}


def where(found: list[str]) -> list[str]:
    return [fault.split(": ")[0].split(" = ")[0] for fault in found]


@given(st.sets(st.sampled_from(sorted(FAULTS))))
def test_all_validation_errors_are_reported_at_once(fields: set[str]) -> None:
    found = validation_errors(props(**{field: FAULTS[field][0] for field in fields}))
    expected = [path for field in fields for path in FAULTS[field][1]]
    assert sorted(where(found)) == sorted(expected)


def test_a_key_pair_of_which_one_is_wrong_is_a_pair() -> None:
    storage = cos(access_key="given", secret_key=5, region="")
    assert where(validation_errors(props(storage_params=storage))) == [
        "storage_params.cloud_storage.region",
        "storage_params.cloud_storage.secret_key",
    ]


@pytest.mark.parametrize(
    "path",
    [
        ("record_url",),
        ("storage_params",),
        ("storage_params", "cloud_storage"),
        ("storage_params", "cloud_storage", "vendor"),
        ("storage_params", "cloud_storage", "file_name_prefix", 0),
        ("web_record_video_params",),
        ("publish_cdn_params",),
        ("publish_cdn_params", 0, "publish_cdn_url"),
        ("triggers",),
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_what_is_not_known_yet_is_no_error_and_hides_none(path: tuple[str | int, ...]) -> None:
    good = props(
        storage_params=cos(vendor=0, file_name_prefix=["a"]),
        web_record_video_params={"format": "mp4"},
        publish_cdn_params=[{"publish_cdn_url": "rtmp://push.example.com"}],
        triggers=[],
        restart_policy="never",
        max_duration_limit=3600,
    )
    coming = replaced(good, path, UNKNOWN)
    assert contains_unknown(coming, is_unknown)
    assert validation_errors(coming, is_unknown=is_unknown) == []
    assert where(validation_errors({**coming, "ready_timeout": 99}, is_unknown=is_unknown)) == [
        "ready_timeout"
    ]


@pytest.mark.parametrize(
    "storage",
    [
        {"cloud_storage": UNKNOWN, "cloud_vod": {"tencent_vod": {}}},
        {"cloud_storage": {**COS, "access_key": UNKNOWN}},
        {"cloud_storage": {**COS, "access_key": UNKNOWN, "secret_key": "known"}},
    ],
    ids=["one kind", "half a pair", "a pair"],
)
def test_a_rule_over_fields_waits_until_all_are_known(storage: dict[str, Any]) -> None:
    assert validation_errors(props(storage_params=storage), is_unknown=is_unknown) == []


broken_secrets = st.sampled_from(
    [CANARY, f"{CANARY} ", 5, {"url": CANARY}, [CANARY], f"http://{CANARY}", f"rtmp://{CANARY} x"]
)


@settings(max_examples=25)
@given(broken_secrets, broken_secrets, broken_secrets, st.booleans())
def test_no_message_shows_a_secret(access: Any, secret: Any, stream: Any, as_target: bool) -> None:
    target = {"publish_cdn_url": stream, "is_tencent_cdn": 7} if as_target else stream
    found = validation_errors(
        props(
            record_url=f"htp://user:{CANARY}@example.com/page?token={CANARY}",
            storage_params=cos(access_key=access, secret_key=secret, region=""),
            publish_cdn_params=[target] * 11,
        )
    )
    assert len(found) > 3
    assert CANARY not in " ".join(found)


@pytest.mark.parametrize("secret", [f"rtmp://{CANARY}", {"publish_cdn_url": CANARY}, 5])
def test_secrets_in_the_wrong_shape_stay_hidden(secret: Any) -> None:
    found = validation_errors(props(publish_cdn_params=secret, storage_params=CANARY))
    assert where(found) == ["storage_params", "publish_cdn_params"]
    assert CANARY not in " ".join(found)


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """A copy of nested dicts and lists with another value at the end of the path."""
    if not path:
        return new
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy
