"""A page as a phone and a tablet show it."""

import pulumi
from trtc_webrecord import WebRecording

PHONE, TABLET = 0, 1
PORTRAIT, LANDSCAPE = 0, 1
DEVICES = {"phone": (PHONE, PORTRAIT), "tablet": (TABLET, LANDSCAPE)}

config = pulumi.Config()

task_ids = {
    name: WebRecording(
        name,
        record_url=config.require("recordUrl"),
        sdk_app_id=config.require_int("sdkAppId"),
        storage_params={
            "cloud_storage": {
                "region": "ap-singapore",
                "bucket": config.require("bucket"),
                "file_name_prefix": [name],
            },
        },
        emulate_mobile_params={"mobile_device_type": device, "screen_orientation": orientation},
        max_duration_limit=3600,
        web_record_video_params={"format": "mp4"},
    ).task_id
    for name, (device, orientation) in DEVICES.items()
}

pulumi.export("taskIds", task_ids)
