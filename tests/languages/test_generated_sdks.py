"""A stack in TypeScript and one in Go, on the real engine, with SDKs that Pulumi generates."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from examples.walk import Walk
from languages.sdks import WalkWithSdk
from pulumi_stack import live
from trtc_recorder.testing import RunningService, local_settings, running_service

PROGRAMS = {"typescript": "index.ts", "go": "main.go"}
NEEDED = {"typescript": ("node", "npm"), "go": ("go",)}
SLIPS = {
    "typescript": ("recordUrl:", "recordURL:", "'recordURL' does not exist"),
    "go": ("RecordUrl:", "RecordURL:", "unknown field RecordURL"),
}
DECLARED = {
    "recordUrl": "https://example.com/lobby",
    "sdkAppId": 1600011111,
    "storageParams": {
        "cloudStorage": {"region": "ap-singapore", "bucket": "recordings-1250000000"}
    },
    "publishCdnParams": [{"publishCdnUrl": "${streamUrl}"}],
    "webRecordVideoParams": {"width": 1920, "height": 1080, "format": "mp4"},
    "maxDurationLimit": 7200,
    "restartPolicy": "always",
}
"""What both programs declare."""


@pytest.fixture
def service() -> Iterator[RunningService]:
    settings = local_settings(visible_after=0, ended_record_ids_reusable=True)
    with running_service(settings) as running:
        yield running


@pytest.fixture(params=PROGRAMS)
def walk(request: pytest.FixtureRequest, tmp_path: Path, service: RunningService) -> WalkWithSdk:
    if shutil.which("generate-sdk") is None:
        pytest.skip("`make languages` builds what this needs")
    for program in NEEDED[request.param]:
        assert shutil.which(program), f"{program} is not on the PATH"
    return WalkWithSdk(request.param, tmp_path, service)


def test_the_example_does_what_its_readme_says(walk: WalkWithSdk) -> None:
    walk.up()
    first = walk.task_ids()
    (task,) = walk.recorder.live_tasks()
    assert task.task_id == first["lobby"]
    assert task.settings["WebRecordVideoParams"] == {
        "Width": 1920,
        "Height": 1080,
        "Format": "mp4",
        "MaxMediaFileDuration": 1440,  # a default, which generated SDKs write out
    }
    assert task.settings["MaxDurationLimit"] == 7200
    assert walk.outputs() == {
        "taskId": first["lobby"],
        "files": f"recordings-1250000000/{first['lobby']}/",
    }
    assert state_of_the_recording(walk)["type"] == "trtc:index:WebRecording"

    a_slip_is_refused_by_the_compiler(walk)
    the_same_declaration_in_yaml_is_the_same_recording(walk)

    walk.recorder.reset_calls()
    walk.through("pulumi up")
    assert [call.action for call in walk.recorder.calls()] == ["DescribeWebRecord"]

    walk.recorder.advance(60)
    walk.recorder.end(first["lobby"])
    walk.run("pulumi up")
    assert live(walk.recorder) == set(walk.task_ids().values()) != set(first.values())

    walk.finish()


def a_slip_is_refused_by_the_compiler(walk: WalkWithSdk) -> None:
    program = walk.folder / PROGRAMS[walk.folder.name]
    right = program.read_text()
    name, slip, said = SLIPS[walk.folder.name]
    program.write_text(right.replace(name, slip))
    assert said in walk.run("pulumi preview", fails=True)
    program.write_text(right)


def the_same_declaration_in_yaml_is_the_same_recording(walk: WalkWithSdk) -> None:
    """It writes no defaults out."""
    project = walk.folder / "Pulumi.yaml"
    right = project.read_text()
    in_yaml = yaml.safe_load(right) | {
        "runtime": "yaml",
        "config": {"streamUrl": {"type": "string", "secret": True}},
        "resources": {"lobby": {"type": "trtc:WebRecording", "properties": DECLARED}},
        "outputs": {"taskId": "${lobby.taskId}", "files": "${lobby.filePrefix}"},
    }
    project.write_text(yaml.safe_dump(in_yaml))
    walk.unchanged()
    project.write_text(right)


def state_of_the_recording(walk: Walk) -> dict[str, object]:
    """The resource in the state; its stream URL is encrypted there."""
    (found,) = (each for each in walk.state() if each["urn"].endswith("::lobby"))
    assert "CANARY" not in json.dumps(found)
    return found
