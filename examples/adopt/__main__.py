"""A recording that takes over a running task, if the config names one."""

import pulumi
from trtc_webrecord import WebRecording

config = pulumi.Config()

lobby = WebRecording(
    "lobby",
    adopt_task_id=config.get("taskId"),
    record_url="https://example.com/lobby",
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_storage": {"region": "ap-singapore", "bucket": config.require("bucket")},
    },
    max_duration_limit=7200,
)

pulumi.export("taskId", lobby.task_id)
