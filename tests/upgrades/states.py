"""The states that earlier versions wrote, and the tasks that run behind them.

Each is a `pulumi stack export` with the passphrase `test`; endpoint and TaskIds are placeholders.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pulumi_stack import ProviderKind, Stack
from recorder_tasks import start_body, vod
from trtc_recorder.testing import RunningService

STATES = Path(__file__).parent / "states"
ENDPOINT = "ENDPOINT"

PROGRAM = """
recording("lobby", ready_timeout=10, max_duration_limit=7200,
    web_record_video_params={"width": 1280, "height": 720, "format": "mp4"})
recording("shop", triggers=[1, "two", {"three": 3.5}], startup_watch=1, restart_policy="always",
    storage_params={"cloud_storage": {**COS["cloud_storage"], "file_name_prefix": ["a", "b"],
        "access_key": "access", "secret_key": "CANARY-secret"}},
    publish_cdn_params=[{"publish_cdn_url": "rtmp://cdn.example.com/live?key=CANARY"}])
recording("own-id", record_id="my-Own_id", emulate_mobile_params={"mobile_device_type": 0})


class Room(ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Room", name)
        recording("in-a-room", opts=ResourceOptions(parent=self),
            storage_params={"cloud_vod": {"tencent_vod": {"media_type": 0}}})


Room("room")
"""
"""Every kind of input, as every version declares it."""


def kept() -> list[tuple[str, ProviderKind]]:
    """The version and the provider of each state."""
    providers: dict[str, ProviderKind] = {"dynamic": "dynamic", "native": "native"}
    return [(file.parent.name, providers[file.stem]) for file in sorted(STATES.glob("*/*.json"))]


def file_of(version: str, provider: ProviderKind) -> Path:
    return STATES / version / f"{provider}.json"


def scrubbed(exported: str, endpoint: str) -> str:
    """An exported state with placeholders for what belongs to one machine and run."""
    state = json.loads(exported.replace(endpoint, ENDPOINT))
    for resource in state["deployment"]["resources"]:
        resource.pop("sourcePosition", None)
        resource.pop("stackTrace", None)
    text = json.dumps(state, indent=1, ensure_ascii=False) + "\n"
    for resource in _recordings(text):
        text = text.replace(resource["id"], f"TASK-{resource['urn'].rsplit('::', 1)[-1]}")
    return text


def revive(stack: Stack, version: str, recorder: RunningService) -> None:
    """Give a stack the state of a version, with a live task for each of its recordings."""
    text = file_of(version, stack.provider).read_text().replace(ENDPOINT, recorder.endpoint)
    for resource in _recordings(text):
        outputs = resource["outputs"]
        record_id = outputs["recordId" if stack.provider == "native" else "record_id"]
        body = start_body(RecordId=record_id, StorageParams=vod(MediaType=0))
        recorder.service.call("StartWebRecord", body)
        text = text.replace(resource["id"], recorder.tasks()[-1].task_id)
    file = stack.directory / "state.json"
    file.write_text(text)
    stack.run("stack", "import", "--file", str(file))


def _recordings(text: str) -> list[dict[str, Any]]:
    resources = json.loads(text)["deployment"]["resources"]
    return [each for each in resources if each["type"].endswith(":WebRecording")]
