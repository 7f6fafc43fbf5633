"""One WebRecording for each recording declared in the stack's config."""

from urllib.parse import quote

import pulumi
from trtc_webrecord import WebRecording
from trtc_webrecord.stack_config import declared_recordings

VIEWER = pulumi.Config("web-recordings").get("viewer")


def exported(recording: WebRecording) -> dict[str, pulumi.Output[str | None]]:
    """The stack outputs of a recording, with a link to the viewer if one is configured."""
    outputs = {
        "taskId": recording.task_id,
        "recordId": recording.record_id,
        "status": recording.status,
        "filePrefix": recording.file_prefix,
    }
    if VIEWER:
        outputs["viewer"] = recording.task_id.apply(
            lambda task_id: VIEWER + quote(task_id, safe="")
        )
    return outputs


recordings = {
    name: WebRecording(name, **arguments)
    for name, arguments in declared_recordings("web-recordings").items()
}

pulumi.export("taskIds", {name: recording.task_id for name, recording in recordings.items()})
pulumi.export("recordings", {name: exported(recording) for name, recording in recordings.items()})
