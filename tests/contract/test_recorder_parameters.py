"""Parameters are refused with the API's codes, and the paths that they have on the wire."""

from __future__ import annotations

from typing import Any

import pytest
from contract.http_client import start_body
from official_client import official_client
from tencentcloud.common.exception import TencentCloudSDKException
from trtc_recorder.testing import RunningService

COS = {
    "Vendor": 0,
    "Region": "ap-singapore",
    "Bucket": "b-1250000000",
    "AccessKey": "AKIDstorage",
    "SecretKey": "storage-secret",
}


def cos(**changes: Any) -> dict[str, Any]:
    storage = {name: value for name, value in {**COS, **changes}.items() if value is not ...}
    return {"StorageParams": {"CloudStorage": storage}}


def vod(**vod: Any) -> dict[str, Any]:
    return {"StorageParams": {"CloudVod": {"TencentVod": vod}}}


MISSING = "MissingParameter"
UNKNOWN = "UnknownParameter"
TYPE = "InvalidParameter"
VALUE = "InvalidParameterValue"

REFUSED_STARTS: list[tuple[str, str, dict[str, Any]]] = [
    (MISSING, "RecordUrl", {"RecordUrl": ...}),
    (MISSING, "SdkAppId", {"SdkAppId": ...}),
    (MISSING, "StorageParams", {"StorageParams": ...}),
    (MISSING, "StorageParams.CloudStorage.Vendor", cos(Vendor=...)),
    (MISSING, "StorageParams.CloudStorage.Region", cos(Region=...)),
    (MISSING, "StorageParams.CloudStorage.Bucket", cos(Bucket=...)),
    (MISSING, "StorageParams.CloudStorage.AccessKey", cos(AccessKey=...)),
    (MISSING, "StorageParams.CloudStorage.SecretKey", cos(SecretKey=...)),
    (MISSING, "StorageParams.CloudStorage.SecretKey", cos(SecretKey=None)),
    (MISSING, "StorageParams.CloudVod.TencentVod", {"StorageParams": {"CloudVod": {}}}),
    (MISSING, "PublishCdnParams.0.PublishCdnUrl", {"PublishCdnParams": [{"IsTencentCdn": 1}]}),
    (UNKNOWN, "Recording", {"Recording": 1}),
    (UNKNOWN, "record_url", {"record_url": "https://example.com"}),
    (UNKNOWN, "WebRecordVideoParams.Fps", {"WebRecordVideoParams": {"Fps": 30}}),
    (TYPE, "RecordUrl", {"RecordUrl": 1}),
    (TYPE, "SdkAppId", {"SdkAppId": "1600011111"}),
    (TYPE, "SdkAppId", {"SdkAppId": True}),
    (TYPE, "SdkAppId", {"SdkAppId": 1.5}),
    (TYPE, "MaxDurationLimit", {"MaxDurationLimit": 3600.0}),
    (TYPE, "StorageParams", {"StorageParams": "cos"}),
    (TYPE, "PublishCdnParams", {"PublishCdnParams": {}}),
    (TYPE, "PublishCdnParams.0", {"PublishCdnParams": ["rtmp://h/k"]}),
    (TYPE, "RecordId", {"RecordId": 7}),
    (TYPE, "WebRecordVideoParams.Format", {"WebRecordVideoParams": {"Format": 1}}),
    (TYPE, "StorageParams.CloudStorage.FileNamePrefix", cos(FileNamePrefix="a")),
    (TYPE, "StorageParams.CloudStorage.FileNamePrefix.1", cos(FileNamePrefix=["a", 2])),
    (VALUE, "RecordUrl", {"RecordUrl": "ftp://example.com"}),
    (VALUE, "SdkAppId", {"SdkAppId": 0}),
    (VALUE, "MaxDurationLimit", {"MaxDurationLimit": 1799}),
    (VALUE, "MaxDurationLimit", {"MaxDurationLimit": 86401}),
    (VALUE, "RecordId", {"RecordId": ""}),
    (VALUE, "RecordId", {"RecordId": "x" * 32}),
    (VALUE, "RecordId", {"RecordId": "é" * 16}),
    (VALUE, "ReadyTimeout", {"ReadyTimeout": 61}),
    (VALUE, "WebRecordVideoParams.Width", {"WebRecordVideoParams": {"Width": 1921}}),
    (VALUE, "WebRecordVideoParams.Height", {"WebRecordVideoParams": {"Height": 1081}}),
    (VALUE, "WebRecordVideoParams.Format", {"WebRecordVideoParams": {"Format": "flv"}}),
    (
        VALUE,
        "WebRecordVideoParams.MaxMediaFileDuration",
        {"WebRecordVideoParams": {"MaxMediaFileDuration": 1441}},
    ),
    (
        VALUE,
        "EmulateMobileParams.MobileDeviceType",
        {"EmulateMobileParams": {"MobileDeviceType": 2}},
    ),
    (
        VALUE,
        "EmulateMobileParams.ScreenOrientation",
        {"EmulateMobileParams": {"ScreenOrientation": -1}},
    ),
    (
        VALUE,
        "PublishCdnParams.0.PublishCdnUrl",
        {"PublishCdnParams": [{"PublishCdnUrl": "http://h"}]},
    ),
    (
        VALUE,
        "PublishCdnParams.1.IsTencentCdn",
        {
            "PublishCdnParams": [
                {"PublishCdnUrl": "rtmp://h/k"},
                {"PublishCdnUrl": "rtmp://h/k", "IsTencentCdn": 2},
            ]
        },
    ),
    (VALUE, "PublishCdnParams", {"PublishCdnParams": [{"PublishCdnUrl": "rtmp://h/k"}] * 11}),
    (VALUE, "StorageParams", {"StorageParams": {}}),
    (
        VALUE,
        "StorageParams",
        {"StorageParams": {**cos()["StorageParams"], **vod()["StorageParams"]}},
    ),
    (VALUE, "StorageParams.CloudStorage.Vendor", cos(Vendor=1)),
    (VALUE, "StorageParams.CloudStorage.Bucket", cos(Bucket="")),
    (VALUE, "StorageParams.CloudStorage.SecretKey", cos(SecretKey="")),
    (VALUE, "StorageParams.CloudStorage.FileNamePrefix.0", cos(FileNamePrefix=["a/b"])),
    (VALUE, "StorageParams.CloudVod.TencentVod.MediaType", vod(MediaType=2)),
    (VALUE, "StorageParams.CloudVod.TencentVod.UserDefineRecordId", vod(UserDefineRecordId="a b")),
]

REFUSED_QUERIES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("StopWebRecord", MISSING, "TaskId", {}),
    ("StopWebRecord", UNKNOWN, "RecordId", {"TaskId": "a", "RecordId": "b"}),
    ("StopWebRecord", TYPE, "TaskId", {"TaskId": 1}),
    ("StopWebRecord", "InvalidParameter.TaskId", "TaskId", {"TaskId": ""}),
    ("StopWebRecord", "InvalidParameter.TaskId", "TaskId", {"TaskId": "not a task"}),
    ("StopWebRecord", "InvalidParameter.TaskId", "TaskId", {"TaskId": "\ud800"}),
    ("StopWebRecord", "FailedOperation.TaskNotExist", "", {"TaskId": "unknown"}),
    ("DescribeWebRecord", MISSING, "TaskId", {}),
    ("DescribeWebRecord", MISSING, "RecordId", {"SdkAppId": 1}),
    ("DescribeWebRecord", MISSING, "SdkAppId", {"RecordId": "a"}),
    ("DescribeWebRecord", UNKNOWN, "Status", {"TaskId": "a", "Status": 1}),
    ("DescribeWebRecord", TYPE, "SdkAppId", {"SdkAppId": "1", "RecordId": "a"}),
    ("DescribeWebRecord", "InvalidParameter.TaskId", "TaskId", {"TaskId": "a/b"}),
    ("DescribeWebRecord", "FailedOperation.TaskNotExist", "", {"TaskId": "unknown"}),
    ("DescribeWebRecord", "FailedOperation.TaskNotExist", "", {"SdkAppId": 1, "RecordId": "a"}),
]


def refusal(client: Any, action: str, body: dict[str, Any]) -> TencentCloudSDKException:
    with pytest.raises(TencentCloudSDKException) as caught:
        client.call_json(action, body)
    return caught.value


def test_a_start_with_a_wrong_parameter_is_refused_by_name(recorder: RunningService) -> None:
    client = official_client(recorder)
    for code, name, changes in REFUSED_STARTS:
        body = {key: value for key, value in start_body(**changes).items() if value is not ...}
        error = refusal(client, "StartWebRecord", body)
        assert (error.get_code(), f"`{name}`" in error.get_message()) == (code, True), (
            changes,
            error,
        )
    assert recorder.tasks() == []


def test_a_query_with_a_wrong_parameter_is_refused(recorder: RunningService) -> None:
    client = official_client(recorder)
    for action, code, name, body in REFUSED_QUERIES:
        error = refusal(client, action, body)
        assert error.get_code() == code, (body, error)
        assert name in error.get_message()


def test_messages_read_as_the_vendors_do(recorder: RunningService) -> None:
    client = official_client(recorder)
    messages: dict[str, dict[str, Any]] = {
        "The request is missing a required parameter `TaskId`.": {},
        "The value type of parameter `TaskId` is not valid, input type should be `string`.": {
            "TaskId": 1
        },
        "The parameter `Task` is not recognized.": {"TaskId": "a", "Task": 1},
    }
    for message, body in messages.items():
        assert refusal(client, "StopWebRecord", body).get_message() == message


def test_the_limits_themselves_are_accepted(recorder: RunningService) -> None:
    client = official_client(recorder)
    for changes in (
        {"MaxDurationLimit": 1800, "ReadyTimeout": 60, "RecordId": "x" * 31},
        {"MaxDurationLimit": 86400, "ReadyTimeout": 0},
        {"WebRecordVideoParams": {"Width": 1920, "Height": 1080, "MaxMediaFileDuration": 1440}},
        {"PublishCdnParams": [{"PublishCdnUrl": "rtmp://h/k"}] * 10},
    ):
        assert client.call_json("StartWebRecord", start_body(**changes))["Response"]["TaskId"]
