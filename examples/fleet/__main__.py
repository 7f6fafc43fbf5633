"""One recording for each entry of `web-recordings:recordings` in the stack's config."""

import pulumi
from trtc_webrecord import WebRecording
from trtc_webrecord.stack_program.keys import StackKeys
from trtc_webrecord.stack_program.present import present_recordings

declared = present_recordings(StackKeys(pulumi.get_project())).declared
fleet = {name: WebRecording(name, **arguments) for name, arguments in declared.items()}

pulumi.export("taskIds", {name: recording.task_id for name, recording in fleet.items()})
