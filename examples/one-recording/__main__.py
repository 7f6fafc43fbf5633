"""One page, recorded to a bucket."""

import pulumi
from trtc_webrecord import WebRecording

config = pulumi.Config()

lobby = WebRecording(
    "lobby",
    record_url=config.require("recordUrl"),
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_storage": {"region": "ap-singapore", "bucket": config.require("bucket")},
    },
    max_duration_limit=3600,
    web_record_video_params={"width": 1280, "height": 720, "format": "mp4"},
)

pulumi.export("taskId", lobby.task_id)
pulumi.export("files", lobby.file_prefix)
