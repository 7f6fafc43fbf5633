"""A page, recorded to a bucket and pushed to two CDNs."""

import pulumi
from trtc_webrecord import WebRecording

config = pulumi.Config()

show = WebRecording(
    "show",
    record_url=config.require("recordUrl"),
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_storage": {"region": "ap-singapore", "bucket": config.require("bucket")},
    },
    publish_cdn_params=[
        {"publish_cdn_url": config.require_secret("streamUrl"), "is_tencent_cdn": 1},
        {"publish_cdn_url": config.require_secret("otherStreamUrl"), "is_tencent_cdn": 0},
    ],
    max_duration_limit=config.require_int("maxDurationLimit"),
    web_record_video_params={"width": 1920, "height": 1080},
)

pulumi.export("taskId", show.task_id)
