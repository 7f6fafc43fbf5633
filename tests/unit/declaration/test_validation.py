from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trtc_webrecord.declaration.declaration import validation_errors
from unit.declared import COS, cos, props, vod

COS_AT = "storage_params.cloud_storage"
VOD_AT = "storage_params.cloud_vod.tencent_vod"
CDN = {"publish_cdn_url": "rtmp://push.example.com/live/room"}


def nested(path: str, value: Any) -> dict[str, Any]:
    """The change that gives a field this value: `a.b` is `{"a": {"b": value}}`."""
    parent, _, name = path.rpartition(".")
    if parent == COS_AT:
        return {"storage_params": cos(**{name: value})}
    return nested(parent, {name: value}) if parent else {name: value}


def fault(path: str, value: Any) -> str:
    """The one validation error of a declaration whose only fault is this value."""
    (found,) = validation_errors(props(**nested(path, value)))
    return found


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("max_duration_limit", 1800, 86400),
        ("ready_timeout", 0, 60),
        ("startup_watch", 0, 120),
        ("sdk_app_id", 1, 2**32 - 1),
        ("web_record_video_params.width", 0, 1920),
        ("web_record_video_params.height", 0, 1080),
        ("web_record_video_params.max_media_file_duration", 1, 1440),
        ("emulate_mobile_params.mobile_device_type", 0, 1),
        ("emulate_mobile_params.screen_orientation", 0, 1),
    ],
)
@given(data=st.data())
def test_a_number_is_held_to_its_bounds(field: str, low: int, high: int, data: Any) -> None:
    outside = data.draw(st.integers(-(2**40), low - 1) | st.integers(high + 1, 2**40))
    inside = data.draw(st.integers(low, high))
    assert fault(field, outside) == f"{field} = {outside}: must be from {low} to {high}"
    assert validation_errors(props(**nested(field, inside))) == []
    assert validation_errors(props(**nested(field, float(inside)))) == []


@pytest.mark.parametrize("value", [0, 1, 1.0, "yes", "True", [], {}])
def test_whether_a_store_is_asked_is_true_or_false(value: Any) -> None:
    assert fault("storage_probe", value).endswith(": must be true or false")


@pytest.mark.parametrize("value", [3600.5, "soon", True, [], {}, float("inf"), float("nan")])
def test_a_number_is_whole(value: Any) -> None:
    found = fault("max_duration_limit", value)
    assert found.startswith("max_duration_limit")
    assert found.endswith(": must be a whole number")


RULES: dict[str, tuple[str, list[Any]]] = {
    f"{VOD_AT}.expire_time": ("must be 0 or more", [-1]),
    f"{VOD_AT}.class_id": ("must be 0 or more", [-1]),
    f"{VOD_AT}.sub_app_id": ("must be 0 or more", [-1]),
    f"{VOD_AT}.media_type": (
        "must be 0 (mp4), 1 (hls) or 3 (hls and mp4); 2 and 4 are audio only",
        [2, 4],
    ),
    f"{VOD_AT}.user_define_record_id": (
        "must be 1 to 64 letters, digits, '_' and '-'",
        ["x" * 65, "a b", ""],
    ),
    "record_id": (
        "must be 1 to 31 letters, digits, '_' and '-' (the API: less than 32 bytes)",
        ["x" * 32, "é", "大", "", "a b", "a.b", "a/b", "a::b", "a\n"],
    ),
    f"{COS_AT}.vendor": (
        "must be 0 (Tencent COS); page recording does not support third-party storage",
        [1, -1],
    ),
    f"{COS_AT}.region": ("must not be empty", [""]),
    f"{COS_AT}.bucket": ("must not be empty", [""]),
    "web_record_video_params.format": ("must be 'hls' or 'mp4'", ["mp3", "MP4"]),
    "restart_policy": ("must be 'never' or 'always'", ["sometimes"]),
}
"""A field's rule, and values that break it."""


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, (_, bad) in RULES.items() for value in bad]
)
def test_a_value_against_the_rule_is_reported_with_the_rule(field: str, value: Any) -> None:
    assert fault(field, value) == f"{field} = {value!r}: {RULES[field][0]}"


@pytest.mark.parametrize(
    "url",
    [
        *("example.com", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", ""),
        *("https://", "https:///path", "https://example.com/a b", "https://example.com/\n"),
        *("https://example.com:port/", "https://example.com:65536/", "https://[::1/"),
    ],
)
def test_anything_but_an_http_url_is_no_page(url: str) -> None:
    found = fault("record_url", url)
    assert found.startswith("record_url = ")
    assert found.endswith(": must be an http:// or https:// URL")


@pytest.mark.parametrize("part", ["a/b", "a b", "", "ä", "a.b", "a\n"])
def test_a_prefix_is_letters_digits_underscore_and_hyphen(part: str) -> None:
    path = f"{COS_AT}.file_name_prefix"
    rule = "must consist of letters, digits, '_' and '-'"
    assert fault(path, ["Web_1-2", part]) == f"{path}[1] = {part!r}: {rule}"


DATES = ["2026-10-01 00:00:00 +0000 UTC", "2026-10-01 10:00:00.5 +0200 +0200"]


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize(
    "field",
    [
        *("record_url", "record_id", "adopt_task_id", "restart_policy", "max_duration_limit"),
        *(f"{COS_AT}.{name}" for name in ("region", "bucket")),
        *(f"{VOD_AT}.{name}" for name in ("procedure", "storage_region")),
        *(f"{VOD_AT}.{name}" for name in ("session_context", "source_context")),
    ],
)
def test_a_date_that_yaml_made_is_rejected_in_every_field(field: str, date: str) -> None:
    found = fault(field, date)
    assert found.startswith(f"{field} = {date!r}: YAML has read this as a date; write it in quotes")
    assert "--type string" in found
    assert "YAML has read this as a date" in fault(f"{COS_AT}.file_name_prefix", [date])


def test_a_date_that_yaml_made_of_a_key_is_not_shown() -> None:
    found = fault("storage_params", cos(access_key=DATES[0], secret_key="y"))
    assert "[secret]: YAML has read this as a date" in found
    assert DATES[0] not in found


@pytest.mark.parametrize("field", ["record_id", f"{COS_AT}.region"])
@pytest.mark.parametrize(
    ("value", "kind"), [(7, "a number"), (1.5, "a number"), (True, "a boolean")]
)
def test_a_string_that_yaml_made_a_number_is_to_be_quoted(
    field: str, value: Any, kind: str
) -> None:
    found = fault(field, value)
    assert f": must be a string, and is {kind}; write it in quotes" in found
    assert "--type string" in found


@pytest.mark.parametrize("url", ["http://push.example.com", "rtmps://push.example.com", "rtmp://"])
def test_a_cdn_target_is_an_rtmp_url(url: str) -> None:
    path = "publish_cdn_params[1].publish_cdn_url"
    found = fault("publish_cdn_params", [CDN, {"publish_cdn_url": url}])
    assert found == f"{path} = [secret]: must be an rtmp:// URL"


ONE_KIND = "must have exactly one of cloud_storage and cloud_vod"


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        *((field, None, "is required") for field in ("record_url", "sdk_app_id", "storage_params")),
        *((f"{COS_AT}.{field}", ..., "is required") for field in ("region", "bucket")),
        ("storage_params", {}, f"{ONE_KIND}; neither given"),
        ("storage_params", {"cloud_storage": None}, f"{ONE_KIND}; neither given"),
        ("storage_params", {**cos(), **vod()}, f"{ONE_KIND}; both given"),
        ("publish_cdn_params", [CDN] * 11, "must have at most 10 entries, 11 given"),
        ("storage_params", "cos", "must be an object, got str"),
        ("web_record_video_params", [], "must be an object, got list"),
        ("publish_cdn_params", {}, "must be a list, got dict"),
        ("triggers", "now", "must be a list, got str"),
    ],
)
def test_what_is_missing_or_of_a_wrong_shape_is_named(field: str, value: Any, rule: str) -> None:
    if value is ...:
        given = {name: item for name, item in COS.items() if not field.endswith(name)}
        assert fault(COS_AT, given) == f"{field}: {rule}"
    else:
        assert fault(field, value) == f"{field}: {rule}"


@pytest.mark.parametrize("alone", ["access_key", "secret_key"])
def test_storage_keys_come_in_pairs(alone: str) -> None:
    rule = "access_key and secret_key must be set together or not at all"
    assert fault(f"{COS_AT}.{alone}", "x") == f"{COS_AT}: {rule}"


@pytest.mark.parametrize(
    ("field", "near"),
    [
        ("recordId", "record_id"),
        ("RECORD_URL", "record_url"),
        ("web_record_video_params.Width", "width"),
        (f"{COS_AT}.Region", "region"),
        ("task_id", "adopt_task_id"),
    ],
)
def test_an_unknown_field_is_reported_with_the_nearest_known_one(field: str, near: str) -> None:
    assert fault(field, 1) == f"{field}: is an unknown field; did you mean {near}?"


def test_an_unknown_field_like_no_other_is_reported_with_all_that_are_known() -> None:
    found = fault("web_record_video_params.codec", "h264")
    assert found.endswith("known fields: width, height, format, max_media_file_duration")
    assert "resource_urn" not in fault("zzz", 1)


@pytest.mark.parametrize(
    "good",
    [
        {"publish_cdn_params": [CDN] * 10},
        *({"storage_probe": value} for value in (True, False, "true", "false", None)),
        {"storage_params": vod()},
        {"storage_params": cos(access_key="x", secret_key="y")},
        {"record_url": "https://example.com:8443/a?b=c#d"},
        *({"record_id": name} for name in ("x" * 31, "x", "007", "2026-10-01", "A_b-9")),
        *(
            {"storage_params": vod(session_context=no_date)}
            for no_date in ("2026-10-01", "10:00", "2026-10-01T10:00:00Z", "UTC")
        ),
    ],
    ids=str,
)
def test_a_good_declaration_is_valid(good: dict[str, Any]) -> None:
    assert validation_errors(props(**good)) == []
