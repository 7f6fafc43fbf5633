"""One WebRecording for each recording declared in the stack's config."""

import pulumi
from trtc_webrecord import WebRecording
from trtc_webrecord.stack_config import declared_recordings

recordings = {
    name: WebRecording(name, **arguments)
    for name, arguments in declared_recordings("web-recordings").items()
}

pulumi.export("taskIds", {name: recording.task_id for name, recording in recordings.items()})
pulumi.export(
    "recordings",
    {
        name: {
            "taskId": recording.task_id,
            "recordId": recording.record_id,
            "status": recording.status,
            "filePrefix": recording.file_prefix,
        }
        for name, recording in recordings.items()
    },
)
