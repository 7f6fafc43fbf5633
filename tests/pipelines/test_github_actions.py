"""The workflow for GitHub Actions, run step by step against the local service."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pipelines.github_runner import Workflow
from pipelines.shell import PIPELINES, repository, run, with_state_in_a_folder
from pulumi_stack import Ran, Stack, live
from stack_program import CONFIG, append, use_the_projects_program
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder

FILE = PIPELINES / "github-actions" / "recordings.yml"
CANARY = "CANARY-5f1e"


class Project:
    """A repository with the workflow, whose state is in a folder instead of a bucket."""

    def __init__(self, directory: Path, recorder: Recorder) -> None:
        self.stack = Stack(directory, recorder.endpoint, name="live")
        use_the_projects_program(self.stack)
        append(self.stack, CONFIG)
        self.directory = repository(self.stack)
        passphrase = self.stack.environment["PULUMI_CONFIG_PASSPHRASE"]
        values = {
            "secrets.PULUMI_CONFIG_PASSPHRASE": passphrase,
            "secrets.TENCENTCLOUD_SECRET_ID": SECRET_ID,
            "secrets.TENCENTCLOUD_SECRET_KEY": SECRET_KEY,
        }
        self._workflow = Workflow(with_state_in_a_folder(FILE, self.stack), values)

    def run(self, job: str, expect: int = 0) -> Ran:
        ran = self._workflow.run(job, self.directory, self.stack.environment)
        assert (ran.code != 0) == (expect != 0), ran.text
        return ran


def test_a_pull_request_shows_the_diff_main_starts_and_the_night_finds_what_has_ended(
    tmp_path: Path, recorder: Recorder
) -> None:
    project = Project(tmp_path, recorder)
    shown = project.run("preview").text
    assert "+ pulumi-python:dynamic/trtc:WebRecording: (create)" in shown
    assert "https://example.com/lobby" in shown
    assert recorder.tasks() == []

    project.run("up")
    assert len(live(recorder)) == 2
    recorder.advance(60)  # past the time in which a young task may not show
    project.run("ended")

    lobby = project.stack.task_ids()["lobby"]
    recorder.end(lobby)
    assert "recording 'lobby' (RecordId lobby-" in project.run("ended", expect=1).text
    project.stack.refresh()
    told = project.run("ended", expect=1).text
    assert f"recording 'lobby' has ended (TaskId {lobby})" in told
    assert "shop" not in told.partition("has ended")[2]


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


@pytest.fixture
def token_service() -> Iterator[tuple[str, list[str]]]:
    """GitHub's service of identity tokens: its URL, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers['Authorization']}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"count": 1, "value": "the.identity.token"}')

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/token?api-version=2.0", asked
        server.shutdown()


def test_the_identity_token_is_for_the_sts_and_in_a_file_that_only_the_job_reads(
    tmp_path: Path, token_service: tuple[str, list[str]]
) -> None:
    url, asked = token_service
    exported = tmp_path / "env"
    variables = {
        "PATH": "/usr/bin:/bin",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ENV": str(exported),
        "ACTIONS_ID_TOKEN_REQUEST_URL": url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": CANARY,
    }
    code, output = run(f"set -x; {PIPELINES}/ci/identity-token", tmp_path, variables)
    assert code == 0, output
    assert asked == [
        f"/token?api-version=2.0&audience=sts.tencentcloudapi.com Bearer {CANARY}",
    ]
    name, _, file = exported.read_text().strip().partition("=")
    assert name == "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE"
    assert Path(file).read_text().strip() == "the.identity.token"
    assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
    assert CANARY not in output
    assert "the.identity.token" not in output


def test_without_an_identity_token_the_step_fails(tmp_path: Path) -> None:
    variables = {
        "PATH": "/usr/bin:/bin",
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ENV": str(tmp_path / "env"),
        "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:9/token?a=b",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": CANARY,
    }
    script = (PIPELINES / "ci" / "identity-token").read_text().replace("--retry 3", "--retry 0")
    code, output = run(script, tmp_path, variables)
    assert code != 0
    assert not (tmp_path / "env").exists()
    assert CANARY not in output
