"""A recording that runs by day: morning.sh starts it, evening.sh stops it."""

import pulumi
from trtc_webrecord import WebRecording

config = pulumi.Config()

desk = WebRecording(
    "desk",
    record_url=config.require("recordUrl"),
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_storage": {"region": "ap-singapore", "bucket": config.require("bucket")},
    },
    max_duration_limit=12 * 3600,  # it ends at night even if no evening comes
    restart_policy="always",
)

pulumi.export("taskId", desk.task_id)
