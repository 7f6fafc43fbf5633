"""A request to record, and a task that records."""

from __future__ import annotations

from typing import Any

from trtc_recorder import Task
from trtc_webrecord.declaration.spec import StartWebRecordRequest

SDK_APP_ID = 1600011111
STARTED_AT = 1750000000.25
COS: dict[str, Any] = {
    "Vendor": 0,
    "Region": "ap-singapore",
    "Bucket": "recordings-1250000000",
    "AccessKey": "AKIDstorage",
    "SecretKey": "storage-secret",
}


def start_body(**changes: Any) -> dict[str, Any]:
    """A valid body of StartWebRecord, with some of its parameters changed."""
    return {
        "RecordUrl": "https://example.com/lobby",
        "SdkAppId": SDK_APP_ID,
        "StorageParams": {"CloudStorage": COS},
        **changes,
    }


def start_request(**changes: Any) -> StartWebRecordRequest:
    return StartWebRecordRequest.model_validate(start_body(**changes), by_alias=True, by_name=False)


def vod(**vod: Any) -> dict[str, Any]:
    return {"CloudVod": {"TencentVod": vod}}


def live_task(task_id: str = "task-1", storage: dict[str, Any] | None = None) -> Task:
    """A task that records, on COS by default."""
    return Task(
        task_id=task_id,
        sdk_app_id=SDK_APP_ID,
        record_id=None,
        page="https://example.com/lobby",
        settings={"StorageParams": storage or {"CloudStorage": COS}},
        started_at=STARTED_AT,
        visible_at=STARTED_AT,
        ends_at=STARTED_AT + 3600,
        ended_at=None,
        end_reason="",
    )
