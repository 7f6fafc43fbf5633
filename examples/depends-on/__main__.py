"""A recording of a page whose URL another resource makes."""

import pulumi
from rooms import Room
from trtc_webrecord import WebRecording

config = pulumi.Config()

room = Room("room", topic=config.require("topic"))

recording = WebRecording(
    "room",
    record_url=room.join_url,
    sdk_app_id=config.require_int("sdkAppId"),
    storage_params={
        "cloud_storage": {"region": "ap-singapore", "bucket": config.require("bucket")},
    },
    max_duration_limit=7200,
)

pulumi.export("roomId", room.id)
pulumi.export("taskId", recording.task_id)
