"""A recording that starts anew with each release of its page."""

import pulumi
from trtc_webrecord import WebRecording

config = pulumi.Config()

shop = WebRecording(
    "shop",
    record_url=config.require("recordUrl"),
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_storage": {"region": "ap-singapore", "bucket": config.require("bucket")},
    },
    max_duration_limit=24 * 3600,
    triggers=[config.require("release")],
)

pulumi.export("taskId", shop.task_id)
