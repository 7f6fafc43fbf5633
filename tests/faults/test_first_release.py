"""The state that version 0.1.0 wrote, with this version."""

from __future__ import annotations

import json
from pathlib import Path

from pulumi_stack import Stack, live
from trtc_recorder.testing import RunningService, local_settings, running_service

EXPORTED = Path(__file__).parent / "state-0.1.0.json"
"""`pulumi stack export` with the passphrase `test`; TaskIds and endpoint are placeholders."""

PROGRAM = """
recording("lobby", ready_timeout=10, max_duration_limit=7200,
    web_record_video_params={"width": 1280, "height": 720, "format": "mp4"})
recording("shop", triggers=[1, "two", {"three": 3.5}], startup_watch=1, restart_policy="always",
    storage_params={"cloud_storage": {**COS["cloud_storage"], "file_name_prefix": ["a", "b"],
        "access_key": "access", "secret_key": "secret"}},
    publish_cdn_params=[{"publish_cdn_url": "rtmp://cdn.example.com/live?key=1"}])
recording("own-id", record_id="my-Own_id", emulate_mobile_params={"mobile_device_type": 0})


class Room(ComponentResource):
    def __init__(self, name):
        super().__init__("test:index:Room", name)
        recording("in-a-room", opts=ResourceOptions(parent=self),
            storage_params={"cloud_vod": {"tencent_vod": {"media_type": 0}}})


Room("room")
"""


def test_a_state_of_the_first_release_is_unchanged_refreshed_and_destroyed(tmp_path: Path) -> None:
    with running_service(local_settings(visible_after=0)) as recorder:
        stack = Stack(tmp_path, recorder.endpoint)
        stack.program(PROGRAM)
        (tmp_path / "state.json").write_text(_revived(recorder))
        stack.run("stack", "import", "--file", "state.json")
        before = live(recorder)
        assert len(before) == 4
        recorder.reset_calls()
        assert "6 unchanged" in stack.up().text
        assert recorder.calls() == []
        assert "6 unchanged" in stack.refresh().text
        assert {call.outcome for call in recorder.calls("DescribeWebRecord")} == {"OK"}
        assert "6 unchanged" in stack.up().text
        assert live(recorder) == set(stack.task_ids().values()) == before
        stack.destroy()
        assert live(recorder) == set()
        assert len(recorder.tasks()) == 4


def _revived(recorder: RunningService) -> str:
    """The state, with a live task for each of its recordings."""
    text = EXPORTED.read_text().replace("ENDPOINT", recorder.endpoint)
    for resource in json.loads(text)["deployment"]["resources"]:
        if resource["type"].endswith(":WebRecording"):
            recorder.service.call("StartWebRecord", _request(resource["outputs"]["record_id"]))
            text = text.replace(resource["id"], recorder.tasks()[-1].task_id)
    return text


def _request(record_id: str) -> dict[str, object]:
    storage = {"CloudVod": {"TencentVod": {"MediaType": 0}}}
    return {
        "RecordUrl": "https://example.com",
        "SdkAppId": 1600011111,
        "RecordId": record_id,
        "StorageParams": storage,
    }
