"""A stack in TypeScript and one in Go, on the real engine, with SDKs that Pulumi generates."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from examples.readme_commands import ReadmeCommands
from languages.sdks import ExampleWithSdk
from pulumi_stack import live
from trtc_recorder.testing import RunningService, local_settings, running_service

PROGRAMS = {"typescript": "index.ts", "go": "main.go"}
NEEDED = {"typescript": ("node", "npm"), "go": ("go",)}
SLIPS = {
    "typescript": ("recordUrl:", "recordURL:", "'recordURL' does not exist"),
    "go": ("RecordUrl:", "RecordURL:", "unknown field RecordURL"),
}


@pytest.fixture
def service() -> Iterator[RunningService]:
    settings = local_settings(visible_after=0, ended_record_ids_reusable=True)
    with running_service(settings) as running:
        yield running


@pytest.fixture(params=PROGRAMS)
def example(
    request: pytest.FixtureRequest, tmp_path: Path, service: RunningService
) -> ExampleWithSdk:
    if shutil.which("generate-sdk") is None:
        pytest.skip("`make languages` builds what this needs")
    for program in NEEDED[request.param]:
        assert shutil.which(program), f"{program} is not on the PATH"
    return ExampleWithSdk(request.param, tmp_path, service)


def test_the_example_does_what_its_readme_says(example: ExampleWithSdk) -> None:
    example.up()
    first = example.task_ids()
    (task,) = example.recorder.live_tasks()
    assert task.task_id == first["lobby"]
    assert task.settings["WebRecordVideoParams"] == {
        "Width": 1920,
        "Height": 1080,
        "Format": "mp4",
        "MaxMediaFileDuration": 1440,  # a default, which generated SDKs write out
    }
    assert task.settings["MaxDurationLimit"] == 7200
    assert example.outputs() == {
        "taskId": first["lobby"],
        "files": f"recordings-1250000000/{first['lobby']}/",
    }
    assert state_of_the_recording(example)["type"] == "trtc:index:WebRecording"

    a_slip_is_rejected_by_the_compiler(example)

    example.recorder.reset_calls()
    example.run_until("pulumi up")
    assert [call.action for call in example.recorder.calls()] == ["DescribeWebRecord"]

    example.recorder.advance(60)
    example.recorder.end(first["lobby"])
    example.run("pulumi up")
    assert live(example.recorder) == set(example.task_ids().values()) != set(first.values())

    example.finish()


def a_slip_is_rejected_by_the_compiler(example: ExampleWithSdk) -> None:
    program = example.folder / PROGRAMS[example.folder.name]
    right = program.read_text()
    name, slip, output = SLIPS[example.folder.name]
    program.write_text(right.replace(name, slip))
    assert output in example.run("pulumi preview", fails=True)
    program.write_text(right)


def state_of_the_recording(example: ReadmeCommands) -> dict[str, object]:
    """The resource in the state; its stream URL is encrypted there."""
    (found,) = (each for each in example.state() if each["urn"].endswith("::lobby"))
    assert "CANARY" not in json.dumps(found)
    return found
