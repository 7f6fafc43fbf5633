"""`get_web_recording`: look a running task up from a program in Python."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pulumi
from pulumi.runtime.config import CONFIG


@dataclass(frozen=True)
class GetWebRecordingResult:
    """A running task. `endpoint` and `region` are where it runs: the provider's."""

    task_id: str
    record_id: str | None
    status: str
    endpoint: str
    region: str


def get_web_recording(
    *, task_id: str | None = None, sdk_app_id: int | None = None, record_id: str | None = None
) -> GetWebRecordingResult:
    """Look a running recording up, without declaring it; previews do it, too.

    A task is named by `task_id`, or by `sdk_app_id` and `record_id`; `sdk_app_id` beside `task_id`
    tells one of another account from one that has ended. Endpoint and credentials are those of
    `WebRecording`.

    Raises `pulumi.RunError`, also if the service finds no running task within 15 s: it knows
    neither ended tasks nor how one ended.
    """
    from ..configuration import ProviderConfig
    from ..declaration.task_reference import TaskReference
    from ..errors import WebRecordError
    from .sdk_patches import recordings_of_this_process

    given = {"task_id": task_id, "sdk_app_id": sdk_app_id, "record_id": record_id}
    try:
        task = TaskReference.of(given)
        recordings = recordings_of_this_process(ProviderConfig.from_stack(CONFIG.get()))
        return GetWebRecordingResult(**recordings.look_up(task))
    except WebRecordError as error:
        raise pulumi.RunError(str(error)) from None


def get_web_recording_output(
    *,
    task_id: pulumi.Input[str | None] | None = None,
    sdk_app_id: pulumi.Input[int | None] | None = None,
    record_id: pulumi.Input[str | None] | None = None,
) -> pulumi.Output[GetWebRecordingResult]:
    """`get_web_recording` of inputs, once they are known."""
    given = pulumi.Output.all(task_id=task_id, sdk_app_id=sdk_app_id, record_id=record_id)
    return given.apply(lambda known: asyncio.to_thread(get_web_recording, **known))
