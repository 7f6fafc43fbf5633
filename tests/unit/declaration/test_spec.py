"""The request on the wire, and what of it decides the recording."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from trtc_webrecord.declaration.names import SECRET_FIELDS
from trtc_webrecord.declaration.spec import StartWebRecordRequest, StartWebRecordSpec
from unit.declared import KEYS, PROPS, cos, vod

CDN = "rtmp://push.example.com/live/a?key=b"


def spec(**changes: Any) -> StartWebRecordSpec:
    fields = {**PROPS, **changes}
    del fields["resource_urn"]
    return StartWebRecordSpec.model_validate(fields)


def test_the_smallest_request_says_what_the_api_must_always_be_told() -> None:
    place = {"Vendor": 0, "Region": "ap-singapore", "Bucket": "recordings-1250000000"}
    assert spec().wire("lobby-1", KEYS) == {
        "RecordUrl": "https://example.com/lobby",
        "SdkAppId": 1600011111,
        "StorageParams": {
            "CloudStorage": {**place, "AccessKey": KEYS[0], "SecretKey": KEYS[1]},
        },
        "MaxDurationLimit": 86400,
        "RecordId": "lobby-1",
    }


def test_everything_given_is_sent_as_whole_numbers() -> None:
    body = spec(
        storage_params=vod(
            expire_time=0.0, sub_app_id=1500000000.0, media_type=3.0, user_define_record_id="mine"
        ),
        max_duration_limit=3600.0,
        web_record_video_params={"width": 640.0, "max_media_file_duration": 30.0},
        publish_cdn_params=[{"publish_cdn_url": CDN, "is_tencent_cdn": 0.0}],
        ready_timeout=5.0,
        emulate_mobile_params={"screen_orientation": 1.0},
    ).wire("lobby-1")
    del body["RecordUrl"], body["SdkAppId"], body["RecordId"]
    stored = {"ExpireTime": 0, "SubAppId": 1500000000, "MediaType": 3}
    assert repr(body) == repr(
        {
            "StorageParams": {"CloudVod": {"TencentVod": {**stored, "UserDefineRecordId": "mine"}}},
            "MaxDurationLimit": 3600,
            "WebRecordVideoParams": {"Width": 640, "MaxMediaFileDuration": 30},
            "PublishCdnParams": [{"PublishCdnUrl": CDN, "IsTencentCdn": 0}],
            "ReadyTimeout": 5,
            "EmulateMobileParams": {"ScreenOrientation": 1},
        }
    )


def test_what_is_left_out_means_what_the_api_means_by_it() -> None:
    cdn = [{"publish_cdn_url": CDN}]
    whole = spec(publish_cdn_params=cdn, emulate_mobile_params={}).model_dump()
    assert whole["storage_params"]["cloud_storage"]["vendor"] == 0
    assert (whole["max_duration_limit"], whole["ready_timeout"]) == (86400, 0)
    size = {"width": 1280, "height": 720}
    video = {**size, "format": None, "max_media_file_duration": 1440}
    assert whole["web_record_video_params"] == video
    assert whole["publish_cdn_params"] == [{"publish_cdn_url": CDN, "is_tencent_cdn": 1}]
    assert whole["emulate_mobile_params"] == {"mobile_device_type": 0, "screen_orientation": 0}
    stored = spec(storage_params=vod()).storage_params.cloud_vod
    assert stored is not None
    given = stored.tencent_vod.model_dump(exclude_none=True)
    assert given == {"expire_time": 0, "class_id": 0, "media_type": 0}


def test_identity_holds_what_was_declared_and_no_default() -> None:
    cos_identity = {"Region": "ap-singapore", "Bucket": "recordings-1250000000"}
    assert spec(
        storage_params=cos(file_name_prefix=["a"], access_key="x", secret_key="y"),
        max_duration_limit=86400,
        ready_timeout=0,
        web_record_video_params={"width": 1280, "height": 700},
        publish_cdn_params=[{"publish_cdn_url": CDN, "is_tencent_cdn": 1}],
    ).identity() == {
        "RecordUrl": "https://example.com/lobby",
        "SdkAppId": 1600011111,
        "StorageParams": {"CloudStorage": {**cos_identity, "FileNamePrefix": ["a"]}},
        "WebRecordVideoParams": {"Height": 700},
        "PublishCdnParams": [{"PublishCdnUrl": CDN}],
    }


def test_no_secret_shows_in_a_spec_or_in_its_errors() -> None:
    canary = "canary-5f1e"
    storage = cos(access_key=canary, secret_key=canary)
    cdn = [{"publish_cdn_url": f"rtmp://push.example.com/{canary}"}]
    shown = repr(spec(storage_params=storage, publish_cdn_params=cdn))
    assert "recordings-1250000000" in shown
    assert canary not in shown
    with pytest.raises(ValidationError) as caught:
        spec(
            storage_params={**cos(access_key=canary, vendor=1), **vod()},
            publish_cdn_params=[{"publish_cdn_url": canary}] * 11,
        )
    assert caught.value.error_count() == 15
    assert canary not in str(caught.value)
    with pytest.raises(ValidationError, match="set together") as caught:
        spec(storage_params=cos(access_key=canary))
    assert canary not in str(caught.value)


def test_every_secret_field_is_a_field_of_the_request() -> None:
    schema = str(StartWebRecordSpec.model_json_schema(by_alias=False))
    assert [name for name in SECRET_FIELDS if f"'{name}'" not in schema] == []


def test_on_the_wire_a_record_id_is_31_bytes_of_any_alphabet() -> None:
    body = {**spec().wire("lobby-1", KEYS), "RecordId": "Raum 5: é"}
    read = StartWebRecordRequest.model_validate(body, strict=True, by_alias=True, by_name=False)
    assert read.record_id == "Raum 5: é"
    with pytest.raises(ValidationError, match="must be 1 to 31 bytes long"):
        StartWebRecordRequest.model_validate({**body, "RecordId": "é" * 16}, by_alias=True)
