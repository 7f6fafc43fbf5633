"""One WebRecording for each recording declared in the stack's config."""

from urllib.parse import quote

import pulumi
from trtc_webrecord import WebRecording, estimate_usage
from trtc_webrecord.stack_program.changes import report_changes
from trtc_webrecord.stack_program.keys import StackKeys
from trtc_webrecord.stack_program.present import present_recordings
from trtc_webrecord.stack_program.previous import Previous

KEYS = StackKeys(pulumi.get_project())
VIEWER = KEYS.viewer()
PRICE = KEYS.price_per_minute()


def page(viewer: pulumi.Input[str], task_id: pulumi.Output[str]) -> pulumi.Output[str]:
    """The address of a recording in the viewer."""
    return pulumi.Output.concat(viewer, task_id.apply(lambda text: quote(text, safe="")))


previous = Previous.read()
present = present_recordings(KEYS, previous)
recordings = {name: WebRecording(name, **arguments) for name, arguments in present.declared.items()}
task_ids = {name: recording.task_id for name, recording in recordings.items()}

pulumi.export("taskIds", task_ids)
if VIEWER is not None:
    pulumi.export("viewer", {name: page(VIEWER, task_id) for name, task_id in task_ids.items()})
pulumi.export(
    "ended",
    pulumi.Output.all(*(recording.status for recording in recordings.values())).apply(
        lambda all_: [name for name, each in zip(recordings, all_, strict=True) if each == "ended"]
    ),
)
if present.waiting:
    pulumi.export("waiting", {name: each.start_at for name, each in present.waiting.items()})
pulumi.export("longestRun", estimate_usage({**recordings, **present.waiting}, PRICE))
report_changes(recordings, previous, PRICE, present.waiting)
