"""The workflow for GitHub Actions, run step by step against the local service."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from http_server import Handler, http_server
from object_store import BUCKET, FULL, ObjectStore
from pipelines.github_runner import Workflow
from pipelines.shell import PIPELINES, repository, run, with_state_in_a_folder
from pulumi_stack import Ran, Stack, live
from stack_program import CONFIG, append, use_the_projects_program
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder

FILE = PIPELINES / "github-actions" / "recordings.yml"
CANARY = "CANARY-5f1e"
IDENTITY = "CANARY-identity-5f1e"


class Project:
    """A repository with the workflow, whose state is in a folder instead of a bucket."""

    def __init__(self, directory: Path, recorder: Recorder, config: str = CONFIG) -> None:
        self.stack = Stack(directory, recorder.endpoint, name="live")
        use_the_projects_program(self.stack)
        append(self.stack, config)
        self.directory = repository(self.stack)
        values = {
            "secrets.PULUMI_CONFIG_PASSPHRASE": self.stack.environment["PULUMI_CONFIG_PASSPHRASE"],
            "secrets.TENCENTCLOUD_SECRET_ID": SECRET_ID,
            "secrets.TENCENTCLOUD_SECRET_KEY": SECRET_KEY,
        }
        self._workflow = Workflow(with_state_in_a_folder(FILE, self.stack), values)

    def run(self, job: str, expect: int = 0) -> Ran:
        ran = self._workflow.run(job, self.directory, self.stack.environment)
        assert (ran.code != 0) == (expect != 0), ran.text
        return ran


def test_a_pull_request_shows_the_diff_main_starts_and_the_night_finds_what_has_ended(
    tmp_path: Path, recorder: Recorder, store: ObjectStore
) -> None:
    recorder.switch(clock_offset=-7200)  # by their limit, 1 h, they ended 1 h ago
    storage = f"{BUCKET}, accessKey: {FULL.access_key}, secretKey: {FULL.secret_key}"
    config = CONFIG.replace("shop-1250000000", BUCKET).replace("b-1250000000", storage)
    project = Project(tmp_path, recorder, config)
    project.stack.config("trtc:storageEndpoint", store.endpoint)
    shown = project.run("preview").text
    assert "+ pulumi-python:dynamic/trtc:WebRecording: (create)" in shown
    assert "https://example.com/lobby" in shown
    assert recorder.tasks() == []

    project.run("up")
    assert len(live(recorder)) == 2
    recorder.advance(60)  # past the time in which a young task may not show
    lobby = project.stack.task_ids()["lobby"]
    for task in live(recorder):
        store.client().put_object(Bucket=BUCKET, Key=f"all/{task}/film.mp4", Body=b"film")
    assert project.run("ended").text.count("4  film.mp4") == 2
    store.client().delete_object(Bucket=BUCKET, Key=f"all/{lobby}/film.mp4")
    assert f"left no file at {BUCKET}/all/{lobby}/" in project.run("ended", expect=1).text

    recorder.end(lobby, "page crashed")
    assert "lobby  ended early: page crashed  before" in project.run("ended", expect=1).text
    project.stack.refresh()
    told = project.run("ended", expect=1).text
    assert "lobby  ended early: page crashed  before" in told
    assert told.count("ended early: ") == 1


@pytest.mark.slow
def test_a_program_that_declares_something_else_in_each_run_fails_behind_up(
    tmp_path: Path, recorder: Recorder
) -> None:
    project = Project(tmp_path, recorder)
    program = project.directory / "__main__.py"
    program.write_text(
        "import time\n"
        + program.read_text().replace("**arguments)", "**arguments, triggers=[time.time()])")
    )
    assert "no changes were expected for preview" in project.run("up", expect=1).text


@contextmanager
def identity_tokens() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """GitHub's service of them: its URL, and each request's path and authorization."""
    asked: list[tuple[str, str]] = []

    class Tokens(Handler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.respond(json.dumps({"count": 1, "value": IDENTITY}).encode())

    with http_server(Tokens) as port:
        yield f"http://127.0.0.1:{port}/token?api-version=2.0", asked


def runner(folder: Path, url: str) -> dict[str, str]:
    """What GitHub's runner gives a job for its identity token."""
    return {
        "RUNNER_TEMP": str(folder),
        "ACTIONS_ID_TOKEN_REQUEST_URL": url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": CANARY,
    }


def test_the_identity_token_is_for_the_sts_and_in_a_file_that_only_the_job_reads(
    tmp_path: Path,
) -> None:
    exported = tmp_path / "env"
    with identity_tokens() as (url, asked):
        variables = {"PATH": "/usr/bin:/bin", "GITHUB_ENV": str(exported)}
        variables.update(runner(tmp_path, url))
        ran = run(f"set -x; {PIPELINES}/ci/identity-token", tmp_path, variables)
    assert ran.code == 0, ran.text
    audience = "/token?api-version=2.0&audience=sts.tencentcloudapi.com"
    assert asked == [(audience, f"Bearer {CANARY}")]
    name, _, file = exported.read_text().strip().partition("=")
    assert name == "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE"
    assert Path(file).read_text().strip() == IDENTITY
    assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    assert "CANARY" not in ran.text


def test_without_an_identity_token_the_step_fails(tmp_path: Path) -> None:
    variables = {"PATH": "/usr/bin:/bin", "GITHUB_ENV": str(tmp_path / "env")}
    variables.update(runner(tmp_path, "http://127.0.0.1:9/token?a=b"))
    text = (PIPELINES / "ci" / "identity-token").read_text()
    assert "PAUSES = (1, 2, 4)" in text
    script = tmp_path / "identity-token"
    script.write_text(text.replace("PAUSES = (1, 2, 4)", "PAUSES = (0, 0, 0)"))
    ran = run("python3 identity-token", tmp_path, variables)
    assert ran.code == 1, ran.text
    assert ran.text.startswith("GitHub gave no identity token: ")
    assert not (tmp_path / "env").exists()
    assert CANARY not in ran.text
