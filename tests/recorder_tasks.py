"""Tasks of the recorder, made without a service."""

from __future__ import annotations

from typing import Any

from trtc_recorder import Task

SDK_APP_ID = 1600011111
STARTED_AT = 1750000000.25
COS: dict[str, Any] = {
    "CloudStorage": {"Vendor": 0, "Region": "ap-singapore", "Bucket": "recordings-1250000000"}
}
VOD: dict[str, Any] = {"CloudVod": {"TencentVod": {}}}


def live_task(task_id: str = "task-1", storage: dict[str, Any] = COS) -> Task:
    """A task that records."""
    return Task(
        task_id=task_id,
        sdk_app_id=SDK_APP_ID,
        record_id=None,
        page="https://example.com/lobby",
        settings={"StorageParams": storage},
        started_at=STARTED_AT,
        visible_at=STARTED_AT,
        ends_at=STARTED_AT + 3600,
        ended_at=None,
        end_reason="",
    )
