"""The stack `local`, as `make up` and `make down` deploy and destroy it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pulumi_stack import live, pulumi_environment, run_command
from trtc_recorder.report import page_report
from trtc_recorder.report.page_report import PageReport
from trtc_recorder.tasks.storage import REPORT
from trtc_recorder.testing import Recorder, local_settings, running_service

PROJECT = Path(__file__).parents[2]
SETTINGS = "Pulumi.local.yaml"
PAGE = "https://example.com/a"
TYPED = f"{PAGE}?t=CANARY&a=\"b\"'c'`touch${{IFS}}x`$(touch${{IFS}}x)$HOME;touch${{IFS}}x#d"


@dataclass(frozen=True)
class LocalStack:
    """A copy of the project at a service of its own."""

    folder: Path
    recorder: Recorder

    def run(self, command: str, **variables: str) -> str:
        own = {"PULUMI_CONFIG_PASSPHRASE": "local", **variables}
        environment = {**pulumi_environment(self.folder), **own}
        ran = run_command([self.folder / "tools/local/stack", command], self.folder, environment)
        assert ran.code == 0, ran.text
        return ran.text


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalStack]:
    with running_service(local_settings(visible_after=0)) as recorder:
        recorder.accept("local-secret-id", "local-secret-key")
        shutil.copytree(PROJECT / "tools/local", tmp_path / "tools/local")
        for name in ("Pulumi.yaml", SETTINGS, "__main__.py", "tools/local/summary.py"):
            text = (PROJECT / name).read_text().replace("virtualenv: .venv", "{}")
            text = text.replace("http://127.0.0.1:8790/demo", f"{PAGE}/demo")
            text = text.replace("http://127.0.0.1:8790", recorder.endpoint)
            (tmp_path / name).write_text(text.replace("startupWatch: 10", "startupWatch: 0"))
        (tmp_path / ".local").mkdir()
        yield LocalStack(tmp_path, recorder)


def test_up_records_the_demo_page_once_and_prints_where_its_files_are_and_its_page_is(
    local: LocalStack,
) -> None:
    before = (local.folder / SETTINGS).read_bytes()
    said = local.run("up")
    (task,) = local.recorder.live_tasks()
    assert task.page == f"{PAGE}/demo"
    assert task.settings["WebRecordVideoParams"] == {"Width": 1280, "Height": 720, "Format": "mp4"}
    assert task.settings["MaxDurationLimit"] == 1800
    assert f"  TaskId:  {task.task_id}\n" in said
    assert said.endswith("To stop recording and finish the file: make down\n")
    assert "video:   none, " in said or "not recorded here" in said
    link = task.task_id.replace("+", "%2B")
    assert f"look at: {local.recorder.endpoint}/recordings/{link}\n" in said

    folder = local.folder / ".local/recorder/cos/recordings-1250000000/demo" / task.task_id
    folder.mkdir(parents=True)
    working = local.folder / ".local/recorder/tasks" / task.task_id
    working.mkdir(parents=True)
    page_report.write(PageReport(seconds=3, listened_seconds=3), working / REPORT)
    said = local.run("up")
    assert f"video:   {folder}/\n" in said
    assert "The page of demo:\n  TRTC can record this page as it is.\n" in said
    assert live(local.recorder) == {task.task_id}
    assert len(local.recorder.calls("StartWebRecord")) == 1
    local.run("down")
    assert live(local.recorder) == set()
    assert (local.folder / SETTINGS).read_bytes() == before


@pytest.mark.slow
def test_up_records_the_page_that_was_typed_and_keeps_it_to_itself(local: LocalStack) -> None:
    before = (local.folder / SETTINGS).read_bytes()
    said = local.run("up", RECORD_URL=TYPED) + local.run("up", RECORD_URL=TYPED)
    (task,) = local.recorder.tasks()
    assert task.page == PAGE
    assert (local.folder / SETTINGS).read_bytes() == before
    assert not (local.folder / "x").exists()
    kept = [file.read_bytes() for file in local.folder.rglob("*") if file.is_file()]
    assert "CANARY" not in said
    assert all(b"CANARY" not in content for content in kept)


@pytest.mark.slow
def test_up_records_anew_what_has_ended(local: LocalStack) -> None:
    local.recorder.switch(ended_record_ids_reusable=True)
    local.run("up")
    (first,) = local.recorder.live_tasks()
    local.recorder.advance(60)
    local.recorder.end(first.task_id, "the page crashed")
    local.run("up")
    (second,) = local.recorder.live_tasks()
    assert second.page == first.page
