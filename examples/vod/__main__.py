"""A page, recorded to VOD."""

import pulumi
from trtc_webrecord import WebRecording

config = pulumi.Config()

lesson = WebRecording(
    "lesson",
    record_url=config.require("recordUrl"),
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_vod": {
            "tencent_vod": {
                "sub_app_id": config.require_int("subAppId"),
                "class_id": 101,
                "procedure": "LongVideoPreset",
                "media_type": 3,
                "expire_time": 30 * 24 * 3600,
                "session_context": pulumi.get_stack(),
            }
        }
    },
    max_duration_limit=7200,
)

pulumi.export("taskId", lesson.task_id)
