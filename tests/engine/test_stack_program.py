"""The project's own program: recordings declared in a stack's config."""

from __future__ import annotations

import json
from urllib.parse import quote, unquote

import pytest
from pulumi_stack import Stack, live
from stack_program import CONFIG, append, settings
from trtc_recorder.testing import Recorder


def test_recordings_of_the_config_are_deployed_with_the_defaults_under_them(
    declared: Stack, recorder: Recorder
) -> None:
    append(declared, f"{CONFIG}  web-recordings:viewer: http://127.0.0.1:8790/recordings/\n")
    declared.up()
    tasks = declared.task_ids()
    assert set(tasks) == {"lobby", "shop"}
    assert json.loads(declared.run("stack", "output", "--json", "taskIds").text) == tasks
    exported = json.loads(declared.run("stack", "output", "--json", "recordings").text)
    for name, task_id in tasks.items():
        page = exported[name].pop("viewer").removeprefix("http://127.0.0.1:8790/recordings/")
        assert unquote(page) == task_id
        assert not {"+", "/"} & set(page)
    assert exported["shop"] == {
        "taskId": tasks["shop"],
        "recordId": declared.outputs("shop")["record_id"],
        "status": "recording",
        "filePrefix": f"shop-1250000000/all/{tasks['shop']}/",
    }
    assert len(recorder.live_tasks()) == 2


def test_secure_values_and_a_secure_viewer_stay_secret_in_outputs_and_state(
    declared: Stack,
) -> None:
    append(declared, CONFIG)
    lobby = "web-recordings:recordings.lobby.storageParams.cloudStorage"
    for path in (
        "web-recordings:recordings.shop.recordUrl",
        f"{lobby}.accessKey",
        f"{lobby}.secretKey",
        "web-recordings:viewer",
    ):
        declared.config(path, "https://example.com/CANARY/", "--path", "--secret")
    text = declared.preview("--diff").text + declared.up().text + declared.export()
    assert "CANARY" not in text
    assert "CANARY" not in declared.run("stack", "output", "--json").text
    shown = declared.run("stack", "output", "--json", "--show-secrets", "recordings").text
    tasks = declared.task_ids()
    task = quote(tasks["shop"], safe="")
    assert json.loads(shown)["shop"]["viewer"] == f"https://example.com/CANARY/{task}"
    assert json.loads(shown)["shop"]["taskId"] == tasks["shop"]
    stored = declared.resources()
    assert "CANARY" in str(stored["shop"]["outputs"]["record_url"])
    assert "CANARY" in str(stored["lobby"]["outputs"]["storage_params"])


@pytest.mark.slow
def test_pulumis_own_commands_keep_the_modeline_and_other_comments(declared: Stack) -> None:
    modeline = "# yaml-language-server: $schema=stack_config.schema.json\n"
    file = settings(declared)
    file.write_text(modeline + file.read_text())
    append(declared, CONFIG.lstrip("\n").replace("lobby:", "lobby:  # the hall's own", 1))
    lobby = "web-recordings:recordings.lobby"
    declared.config(f"{lobby}.maxDurationLimit", "1800", "--path")
    declared.config(f"{lobby}.recordUrl", "https://example.com/?token=1", "--path", "--secret")
    assert file.read_text().startswith(modeline)
    assert "lobby: # the hall's own" in file.read_text()
    assert "WebRecording lobby create" in " ".join(declared.preview().text.split())


def rooms(first: int, last: int) -> str:
    """Entries of about 2 KiB, as page URLs with long tokens make them."""
    token = "t" * 2000
    return "".join(
        f"    room-{n}: {{recordUrl: 'https://example.com/{n}?token={token}'}}\n"
        for n in range(first, last)
    )


@pytest.mark.slow
def test_a_config_near_the_limit_is_a_warning_and_above_it_the_documented_error(
    declared: Stack,
) -> None:
    append(declared, CONFIG + rooms(0, 55))
    near = declared.preview()
    assert "to create" in near.text
    assert "of 131072 bytes. On Linux, `pulumi` fails above that" in near.text
    append(declared, rooms(55, 70))
    assert "argument list too long" in declared.preview(expect=1).text


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
