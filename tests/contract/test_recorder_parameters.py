"""A wrong parameter has the API's code and its path on the wire, for each kind of fault.

Which values are wrong is proven in tests/unit/declaration: the service has the declaration's rules.
"""

from __future__ import annotations

from typing import Any

import pytest
from contract.local_service import LocalService
from recorder_tasks import COS, start_body, vod

MISSING = "MissingParameter"
UNKNOWN = "UnknownParameter"
TYPE = "InvalidParameter"
VALUE = "InvalidParameterValue"
TASK_ID = "InvalidParameter.TaskId"
NOT_EXIST = "FailedOperation.TaskNotExist"

CDN = {"PublishCdnUrl": "rtmp://h/k"}


def cos(**changes: Any) -> dict[str, Any]:
    storage = {name: value for name, value in {**COS, **changes}.items() if value is not ...}
    return {"StorageParams": {"CloudStorage": storage}}


@pytest.mark.parametrize(
    ("code", "name", "changes"),
    [
        (MISSING, "RecordUrl", {"RecordUrl": ...}),
        (MISSING, "StorageParams.CloudStorage.Vendor", cos(Vendor=...)),
        (MISSING, "StorageParams.CloudStorage.AccessKey", cos(AccessKey=...)),
        (MISSING, "StorageParams.CloudStorage.SecretKey", cos(SecretKey=...)),
        (MISSING, "StorageParams.CloudStorage.SecretKey", cos(SecretKey=None)),
        (MISSING, "StorageParams.CloudVod.TencentVod", {"StorageParams": {"CloudVod": {}}}),
        (MISSING, "PublishCdnParams.0.PublishCdnUrl", {"PublishCdnParams": [{"IsTencentCdn": 1}]}),
        (UNKNOWN, "Recording", {"Recording": 1}),
        (UNKNOWN, "record_id", {"record_id": "lobby"}),
        (UNKNOWN, "WebRecordVideoParams.Fps", {"WebRecordVideoParams": {"Fps": 30}}),
        (TYPE, "RecordUrl", {"RecordUrl": 1}),
        (TYPE, "SdkAppId", {"SdkAppId": "1600011111"}),
        (TYPE, "SdkAppId", {"SdkAppId": True}),
        (TYPE, "SdkAppId", {"SdkAppId": 1.5}),
        (TYPE, "MaxDurationLimit", {"MaxDurationLimit": 3600.0}),
        (TYPE, "StorageParams", {"StorageParams": "cos"}),
        (TYPE, "PublishCdnParams", {"PublishCdnParams": {}}),
        (TYPE, "PublishCdnParams.0", {"PublishCdnParams": ["rtmp://h/k"]}),
        (TYPE, "WebRecordVideoParams.Format", {"WebRecordVideoParams": {"Format": 1}}),
        (TYPE, "StorageParams.CloudStorage.FileNamePrefix.1", cos(FileNamePrefix=["a", 2])),
        (VALUE, "RecordUrl", {"RecordUrl": "ftp://example.com"}),
        (VALUE, "MaxDurationLimit", {"MaxDurationLimit": 1799}),
        (VALUE, "RecordId", {"RecordId": "é" * 16}),
        (VALUE, "WebRecordVideoParams.Format", {"WebRecordVideoParams": {"Format": "flv"}}),
        (
            VALUE,
            "PublishCdnParams.1.IsTencentCdn",
            {"PublishCdnParams": [CDN, {**CDN, "IsTencentCdn": 2}]},
        ),
        (VALUE, "PublishCdnParams", {"PublishCdnParams": [CDN] * 11}),
        (VALUE, "StorageParams", {"StorageParams": {}}),
        (VALUE, "StorageParams.CloudStorage.Vendor", cos(Vendor=1)),
        (VALUE, "StorageParams.CloudStorage.SecretKey", cos(SecretKey="")),
        (VALUE, "StorageParams.CloudStorage.FileNamePrefix.0", cos(FileNamePrefix=["a/b"])),
        (VALUE, "StorageParams.CloudVod.TencentVod.MediaType", {"StorageParams": vod(MediaType=2)}),
    ],
)
def test_a_start_with_a_wrong_parameter_is_rejected_by_name(
    recorder: LocalService, code: str, name: str, changes: dict[str, Any]
) -> None:
    body = {key: value for key, value in start_body(**changes).items() if value is not ...}
    found, message = recorder.error("StartWebRecord", **body)
    assert found == code
    assert f"`{name}`" in message
    assert recorder.tasks() == []


@pytest.mark.parametrize(
    ("action", "code", "name", "body"),
    [
        ("StopWebRecord", MISSING, "TaskId", {}),
        ("StopWebRecord", UNKNOWN, "RecordId", {"TaskId": "a", "RecordId": "b"}),
        ("StopWebRecord", TYPE, "TaskId", {"TaskId": 1}),
        ("StopWebRecord", TASK_ID, "TaskId", {"TaskId": ""}),
        ("StopWebRecord", TASK_ID, "TaskId", {"TaskId": "\ud800"}),
        ("StopWebRecord", NOT_EXIST, "", {"TaskId": "unknown"}),
        ("DescribeWebRecord", MISSING, "TaskId", {}),
        ("DescribeWebRecord", MISSING, "RecordId", {"SdkAppId": 1}),
        ("DescribeWebRecord", MISSING, "SdkAppId", {"RecordId": "a"}),
        ("DescribeWebRecord", UNKNOWN, "Status", {"TaskId": "a", "Status": 1}),
        ("DescribeWebRecord", TYPE, "SdkAppId", {"SdkAppId": "1", "RecordId": "a"}),
        ("DescribeWebRecord", TASK_ID, "TaskId", {"TaskId": "a/b"}),
        ("DescribeWebRecord", NOT_EXIST, "", {"TaskId": "unknown"}),
        ("DescribeWebRecord", NOT_EXIST, "", {"SdkAppId": 1, "RecordId": "a"}),
    ],
)
def test_a_query_with_a_wrong_parameter_is_rejected(
    recorder: LocalService, action: str, code: str, name: str, body: dict[str, Any]
) -> None:
    found, message = recorder.error(action, **body)
    assert found == code
    assert name in message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "The request is missing a required parameter `TaskId`."),
        (
            {"TaskId": 1},
            "The value type of parameter `TaskId` is not valid, input type should be `string`.",
        ),
        ({"TaskId": "a", "Task": 1}, "The parameter `Task` is not recognized."),
    ],
    ids=["missing", "type", "unknown"],
)
def test_messages_read_as_the_vendors_do(
    recorder: LocalService, body: dict[str, Any], message: str
) -> None:
    assert recorder.error("StopWebRecord", **body)[1] == message
