"""The stack program in projects of any name, renamed ones included."""

from __future__ import annotations

import pytest
from pulumi_stack import Stack, live
from stack_program import CONFIG, append, settings
from trtc_recorder.testing import Recorder


def name_project(stack: Stack, name: str) -> None:
    """Edit `name:` in Pulumi.yaml."""
    project = stack.directory / "Pulumi.yaml"
    lines = project.read_text().splitlines(keepends=True)
    project.write_text(
        "".join(f"name: {name}\n" if line.startswith("name:") else line for line in lines)
    )


@pytest.fixture
def lessons(declared: Stack) -> Stack:
    """A stack in a project named `lessons`."""
    name_project(declared, "lessons")
    config = settings(declared).read_text()
    declared.run("stack", "init", declared.name)
    settings(declared).write_text(config)
    return declared


@pytest.mark.slow
def test_the_programs_own_keys_work_in_a_project_of_another_name(
    lessons: Stack, recorder: Recorder
) -> None:
    append(lessons, CONFIG)
    lessons.up()
    assert set(lessons.task_ids()) == {"lobby", "shop"}
    assert live(recorder) == set(lessons.task_ids().values())


def test_keys_that_config_set_writes_without_a_namespace_work(
    lessons: Stack, recorder: Recorder
) -> None:
    append(lessons, CONFIG.partition("  web-recordings:recordings:")[0])
    for name in ("lobby", "shop"):
        path = f"recordings.{name}.recordUrl"
        lessons.config(path, f"https://example.com/{name}", "--path")
    lessons.config("viewer", "https://example.com/recordings/")
    assert "lessons:recordings:" in settings(lessons).read_text()
    lessons.up()
    assert set(lessons.task_ids()) == {"lobby", "shop"}
    assert "https://example.com/recordings/" in lessons.run("stack", "output", "recordings").text
    assert live(recorder) == set(lessons.task_ids().values())


@pytest.mark.slow
@pytest.mark.parametrize("namespace", ["web-recordings", "lessons"])
def test_a_renamed_project_keeps_its_recordings_or_rejects(
    lessons: Stack, recorder: Recorder, namespace: str
) -> None:
    append(lessons, CONFIG.replace("web-recordings:", f"{namespace}:"))
    lessons.up()
    tasks = live(recorder)
    lessons.run("stack", "rename", "organization/school/test")
    name_project(lessons, "school")
    lessons.run("stack", "select", "organization/school/test")
    if namespace == "lessons":
        rejected = lessons.up(expect=1).text
        assert "lessons:recordings is the key of another project: rename it" in rejected
        renamed = settings(lessons).read_text().replace("lessons:", "school:")
        settings(lessons).write_text(renamed)
    lessons.up()
    assert live(recorder) == tasks == set(lessons.task_ids().values())
    assert len(recorder.calls("StartWebRecord")) == 2
    assert recorder.calls("StopWebRecord") == []
