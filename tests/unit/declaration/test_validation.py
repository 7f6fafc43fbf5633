"""Every rule for a declaration: the message names the field, the value and the rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel
from trtc_webrecord.declaration.declaration import validation_errors
from unit.declared import COS, cos, props, vod

CDN = "rtmp://push.example.com/live/room"


def fault(**changes: Any) -> str:
    """The one validation error of an otherwise valid declaration."""
    (found,) = validation_errors(props(**changes))
    return found


def test_a_good_declaration_is_valid() -> None:
    assert validation_errors(props()) == []


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
    assert fault(**nested(field, outside)) == f"{field} = {outside}: must be from {low} to {high}"
    assert validation_errors(props(**nested(field, inside))) == []
    assert validation_errors(props(**nested(field, float(inside)))) == []


@pytest.mark.parametrize("value", [3600.5, "soon", True, [], {}, float("inf"), float("nan")])
def test_a_number_is_whole(value: Any) -> None:
    assert fault(max_duration_limit=value).startswith("max_duration_limit")
    assert fault(max_duration_limit=value).endswith(": must be a whole number")


@pytest.mark.parametrize("field", ["expire_time", "class_id", "sub_app_id"])
def test_vod_numbers_are_not_negative(field: str) -> None:
    path = f"storage_params.cloud_vod.tencent_vod.{field}"
    assert fault(storage_params=vod(**{field: -1})) == f"{path} = -1: must be 0 or more"


@pytest.mark.parametrize("url", ["http://example.com", "https://example.com:8443/a?b=c#d"])
def test_a_page_is_an_http_url(url: str) -> None:
    assert validation_errors(props(record_url=url)) == []


@pytest.mark.parametrize(
    "url",
    [
        *("example.com", "ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)", ""),
        *("https://", "https:///path", "https://example.com/a b", "https://example.com/\n"),
        *("https://example.com:port/", "https://example.com:65536/", "https://[::1/"),
    ],
)
def test_anything_else_is_no_page(url: str) -> None:
    found = fault(record_url=url)
    assert found.startswith("record_url = ")
    assert found.endswith(": must be an http:// or https:// URL")


@pytest.mark.parametrize("name", ["x" * 32, "é", "大", "", "a b", "a.b", "a/b", "a::b", "a\n"])
def test_a_record_id_is_under_32_bytes_of_letters_digits_and_two_signs(name: str) -> None:
    rule = "must be 1 to 31 letters, digits, '_' and '-' (the API: less than 32 bytes)"
    assert fault(record_id=name) == f"record_id = {name!r}: {rule}"


@pytest.mark.parametrize("name", ["x" * 31, "x", "007", "2026-10-01", "A_b-9"])
def test_a_record_id_of_31_bytes_is_good(name: str) -> None:
    assert validation_errors(props(record_id=name)) == []


DATES = ["2026-10-01 00:00:00 +0000 UTC", "2026-10-01 10:00:00.5 +0200 +0200"]


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize(
    "field", ["record_url", "record_id", "adopt_task_id", "restart_policy", "max_duration_limit"]
)
def test_a_date_that_yaml_made_is_rejected_in_every_field(field: str, date: str) -> None:
    found = fault(**{field: date})
    assert found.startswith(f"{field} = {date!r}: YAML has read this as a date; write it in quotes")
    assert "--type string" in found


@pytest.mark.parametrize(
    "storage",
    [
        *(cos(**{field: DATES[0]}) for field in ("region", "bucket")),
        cos(file_name_prefix=[DATES[0]]),
        *(vod(**{field: DATES[0]}) for field in ("procedure", "storage_region")),
        *(vod(**{field: DATES[0]}) for field in ("session_context", "source_context")),
    ],
    ids=str,
)
def test_a_date_that_yaml_made_is_rejected_inside_storage(storage: dict[str, Any]) -> None:
    assert "YAML has read this as a date" in fault(storage_params=storage)


def test_a_date_that_yaml_made_of_a_key_is_not_shown() -> None:
    found = fault(storage_params=cos(access_key=DATES[0], secret_key="y"))
    assert "[secret]: YAML has read this as a date" in found
    assert DATES[0] not in found


@pytest.mark.parametrize("text", ["2026-10-01", "10:00", "2026-10-01T10:00:00Z", "UTC"])
def test_what_is_not_a_date_of_yaml_is_a_string_like_any_other(text: str) -> None:
    assert validation_errors(props(storage_params=vod(session_context=text))) == []


@pytest.mark.parametrize(
    ("value", "kind"), [(7, "a number"), (7.0, "a number"), (1.5, "a number"), (True, "a boolean")]
)
def test_a_string_that_yaml_made_a_number_says_to_quote_it(value: Any, kind: str) -> None:
    found = fault(record_id=value)
    assert f": must be a string, and is {kind}; write it in quotes" in found
    assert "--type string" in found


def test_ten_cdn_targets_are_taken_and_eleven_are_not() -> None:
    target = {"publish_cdn_url": CDN}
    assert validation_errors(props(publish_cdn_params=[target] * 10)) == []
    rule = "must have at most 10 entries, 11 given"
    assert fault(publish_cdn_params=[target] * 11) == f"publish_cdn_params: {rule}"


@pytest.mark.parametrize("url", ["http://push.example.com", "rtmps://push.example.com", "rtmp://"])
def test_a_cdn_target_is_an_rtmp_url(url: str) -> None:
    found = fault(publish_cdn_params=[{"publish_cdn_url": CDN}, {"publish_cdn_url": url}])
    path = "publish_cdn_params[1].publish_cdn_url"
    assert found == f"{path} = [secret]: must be an rtmp:// URL"


def test_storage_is_exactly_one_kind() -> None:
    rule = "storage_params: must have exactly one of cloud_storage and cloud_vod"
    assert fault(storage_params={}) == f"{rule}; neither given"
    assert fault(storage_params={**cos(), **vod()}) == f"{rule}; both given"
    assert fault(storage_params={"cloud_storage": None}) == f"{rule}; neither given"
    assert validation_errors(props(storage_params=vod())) == []


@pytest.mark.parametrize("vendor", [1, 2, 3, -1])
def test_storage_is_tencents_own(vendor: int) -> None:
    assert fault(storage_params=cos(vendor=vendor)) == (
        f"storage_params.cloud_storage.vendor = {vendor}: must be 0 (Tencent COS); "
        "page recording does not support third-party storage"
    )


@pytest.mark.parametrize("part", ["a/b", "a b", "", "ä", "a.b", "a\n"])
def test_a_prefix_is_letters_digits_underscore_and_hyphen(part: str) -> None:
    path = "storage_params.cloud_storage.file_name_prefix"
    assert fault(storage_params=cos(file_name_prefix=["Web_1-2", part])) == (
        f"{path}[1] = {part!r}: must consist of letters, digits, '_' and '-'"
    )


@pytest.mark.parametrize("alone", ["access_key", "secret_key"])
def test_storage_keys_come_in_pairs(alone: str) -> None:
    rule = "access_key and secret_key must be set together or not at all"
    assert fault(storage_params=cos(**{alone: "x"})) == f"storage_params.cloud_storage: {rule}"
    assert validation_errors(props(storage_params=cos(access_key="x", secret_key="y"))) == []


@pytest.mark.parametrize("media_type", [2, 4])
def test_audio_only_vod_makes_no_sense_for_a_page(media_type: int) -> None:
    path = "storage_params.cloud_vod.tencent_vod.media_type"
    found = fault(storage_params=vod(media_type=media_type))
    assert found.startswith(f"{path} = {media_type}: must be 0 (mp4), 1 (hls) or 3 (hls and mp4)")
    assert found.endswith("audio only")


@pytest.mark.parametrize("label", ["x" * 65, "a b", ""])
def test_a_vod_label_is_64_letters_and_digits_at_most(label: str) -> None:
    found = fault(storage_params=vod(user_define_record_id=label))
    assert found.endswith(f" = {label!r}: must be 1 to 64 letters, digits, '_' and '-'")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("web_record_video_params.format", "mp3", "'hls' or 'mp4'"),
        ("web_record_video_params.format", "MP4", "'hls' or 'mp4'"),
        ("restart_policy", "sometimes", "'never' or 'always'"),
    ],
)
def test_a_word_misspelt_is_reported_with_those_that_are_known(
    field: str, value: str, expected: str
) -> None:
    assert fault(**nested(field, value)) == f"{field} = {value!r}: must be {expected}"


@pytest.mark.parametrize(
    ("field", "near"),
    [
        ("max_duration", "max_duration_limit"),
        ("recordurl", "record_url"),
        ("recordId", "record_id"),
        ("RECORD_URL", "record_url"),
        ("web_record_video_params.heigth", "height"),
        ("web_record_video_params.Width", "width"),
        ("storage_params.CloudStorage", "cloud_storage"),
        ("task_id", "adopt_task_id"),
    ],
)
def test_an_unknown_field_is_reported_with_the_nearest_known_one(field: str, near: str) -> None:
    change = nested(field, 1)
    if field.startswith("storage_params"):
        change["storage_params"].update(cos())
    assert fault(**change) == f"{field}: is an unknown field; did you mean {near}?"


def test_an_unknown_field_like_no_other_is_reported_with_all_that_are_known() -> None:
    found = fault(web_record_video_params={"codec": "h264"})
    assert found.endswith("known fields: width, height, format, max_media_file_duration")
    assert "resource_urn" not in fault(zzz=1)


@pytest.mark.parametrize("field", ["record_url", "sdk_app_id", "storage_params"])
def test_what_is_required_is_named(field: str) -> None:
    assert fault(**{field: None}) == f"{field}: is required"


@pytest.mark.parametrize("field", ["region", "bucket"])
def test_cos_needs_to_be_told_where(field: str) -> None:
    path = f"storage_params.cloud_storage.{field}"
    storage = {name: value for name, value in COS.items() if name != field}
    assert fault(storage_params={"cloud_storage": storage}) == f"{path}: is required"
    assert fault(storage_params=cos(**{field: ""})) == f"{path} = '': must not be empty"
    number = fault(storage_params=cos(**{field: 5.0}))
    assert number.startswith(f"{path} = 5: must be a string, and is a number")


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("storage_params", "cos", "must be an object, got str"),
        ("web_record_video_params", [], "must be an object, got list"),
        ("publish_cdn_params", {}, "must be a list, got dict"),
        ("triggers", "now", "must be a list, got str"),
    ],
)
def test_a_wrong_shape_is_named(field: str, value: Any, rule: str) -> None:
    assert fault(**{field: value}) == f"{field}: {rule}"


def test_paths_are_reported_in_the_readers_own_style() -> None:
    video = {"max_media_file_duration": 0}
    bad = props(web_record_video_params=video, storage_params={}, max_duration=1)
    assert validation_errors(bad, to_camel) == [
        "storageParams: must have exactly one of cloudStorage and cloudVod; neither given",
        "webRecordVideoParams.maxMediaFileDuration = 0: must be from 1 to 1440",
        "maxDuration: is an unknown field; did you mean maxDurationLimit?",
    ]


def nested(path: str, value: Any) -> dict[str, Any]:
    """`a.b` with a value as `{"a": {"b": value}}`."""
    for name in reversed(path.split(".")):
        value = {name: value}
    result: dict[str, Any] = value
    return result
