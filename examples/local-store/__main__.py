"""A page, recorded and uploaded on one machine."""

import pulumi
from trtc_webrecord import WebRecording

config = pulumi.Config()

lesson = WebRecording(
    "lesson",
    record_url=config.require("recordUrl"),
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_storage": {
            "region": "ap-singapore",
            "bucket": config.require("bucket"),
            "file_name_prefix": ["lessons"],
            "access_key": config.require("accessKey"),
            "secret_key": config.require_secret("secretKey"),
        }
    },
    web_record_video_params={"width": 1280, "height": 720, "format": "mp4"},
    max_duration_limit=3600,
)

pulumi.export("taskId", lesson.task_id)
pulumi.export("files", lesson.file_prefix)
