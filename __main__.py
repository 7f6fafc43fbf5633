"""One WebRecording for each recording declared in the stack's config."""

from urllib.parse import quote

import pulumi
from trtc_webrecord import WebRecording, estimate_usage
from trtc_webrecord.stack_program.config import declared_recordings
from trtc_webrecord.stack_program.keys import StackKeys

KEYS = StackKeys(pulumi.get_project())
VIEWER = KEYS.viewer()


def exported(recording: WebRecording) -> dict[str, pulumi.Output[str | None]]:
    """The stack outputs of a recording, with a link to the viewer if one is configured."""
    outputs = {
        "taskId": recording.task_id,
        "recordId": recording.record_id,
        "status": recording.status,
        "filePrefix": recording.file_prefix,
    }
    if VIEWER is not None:
        page = recording.task_id.apply(lambda task_id: quote(task_id, safe=""))
        outputs["viewer"] = pulumi.Output.concat(VIEWER, page)
    return outputs


recordings = {
    name: WebRecording(name, **arguments) for name, arguments in declared_recordings(KEYS).items()
}

pulumi.export("taskIds", {name: recording.task_id for name, recording in recordings.items()})
pulumi.export("recordings", {name: exported(recording) for name, recording in recordings.items()})
pulumi.export(
    "ended",
    pulumi.Output.all(*(recording.status for recording in recordings.values())).apply(
        lambda all_: [name for name, each in zip(recordings, all_, strict=True) if each == "ended"]
    ),
)
pulumi.export("longestRun", estimate_usage(recordings, KEYS.price_per_minute()))
