"""The workflow for GitHub Actions, run step by step against the local service."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from capture import certificate_authority
from pipelines.github_runner import Workflow
from pipelines.shell import PIPELINES, repository, run, with_state_in_a_folder
from pipelines.token_services import IDENTITY, KEYS, identity_tokens, security_tokens
from pulumi_stack import Ran, Stack, live
from stack_program import CONFIG, append, use_the_projects_program
from trtc_recorder.testing import SECRET_ID, SECRET_KEY, Recorder

FILE = PIPELINES / "github-actions" / "recordings.yml"
CANARY = "CANARY-5f1e"
VOD = """
  web-recordings:recordings:
    lobby:
      recordUrl: https://example.com/lobby
      sdkAppId: 1600011111
      maxDurationLimit: 3600
      storageParams: {cloudVod: {tencentVod: {}}}
"""
KEY_PAIR = {
    "secrets.TENCENTCLOUD_SECRET_ID": SECRET_ID,
    "secrets.TENCENTCLOUD_SECRET_KEY": SECRET_KEY,
}


class Project:
    """A repository with the workflow, whose state is in a folder instead of a bucket."""

    def __init__(
        self,
        directory: Path,
        recorder: Recorder,
        credentials: Mapping[str, str] = KEY_PAIR,
        config: str = CONFIG,
    ) -> None:
        self.stack = Stack(directory, recorder.endpoint, name="live")
        use_the_projects_program(self.stack)
        append(self.stack, config)
        self.directory = repository(self.stack)
        passphrase = self.stack.environment["PULUMI_CONFIG_PASSPHRASE"]
        values = {"secrets.PULUMI_CONFIG_PASSPHRASE": passphrase, **credentials}
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


def runner(folder: Path, url: str) -> dict[str, str]:
    """What GitHub's runner gives a job for its identity token."""
    return {
        "RUNNER_TEMP": str(folder),
        "ACTIONS_ID_TOKEN_REQUEST_URL": url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": CANARY,
    }


@pytest.mark.slow
def test_a_job_without_keys_records_to_vod_in_the_role_that_its_identity_token_gets(
    tmp_path: Path, recorder: Recorder
) -> None:
    roles = {
        "vars.TENCENTCLOUD_ROLE_ARN": "qcs::cam::uin/100000000001:roleName/recordings-live",
        "vars.TENCENTCLOUD_PROVIDER_ID": "github",
    }
    recorder.accept(KEYS["TmpSecretId"], KEYS["TmpSecretKey"], token=KEYS["Token"])
    authority = certificate_authority.authority(tmp_path / "authority", "sts.tencentcloudapi.com")
    with identity_tokens() as github, security_tokens(authority) as sts:
        project = Project(tmp_path, recorder, roles, config=VOD)
        project.stack.environment.update(
            runner(tmp_path, github.url),
            REQUESTS_CA_BUNDLE=str(authority.certificate),
            HTTPS_PROXY=sts.url,
            NO_PROXY="127.0.0.1,localhost",
        )
        text = project.run("up").text
    assert len(live(recorder)) == 1
    assert len(github.asked) == 2  # before `up`, and before the preview behind it
    host, parameters = sts.asked[0]
    assert host == "sts.tencentcloudapi.com"
    assert parameters["RoleArn"] == roles["vars.TENCENTCLOUD_ROLE_ARN"]
    assert (parameters["ProviderId"], parameters["WebIdentityToken"]) == ("github", IDENTITY)
    assert "CANARY" not in text
    assert "CANARY" not in project.stack.export()


def test_the_identity_token_is_for_the_sts_and_in_a_file_that_only_the_job_reads(
    tmp_path: Path,
) -> None:
    exported = tmp_path / "env"
    with identity_tokens() as github:
        variables = {"PATH": "/usr/bin:/bin", "GITHUB_ENV": str(exported)}
        variables.update(runner(tmp_path, github.url))
        ran = run(f"set -x; {PIPELINES}/ci/identity-token", tmp_path, variables)
    assert ran.code == 0, ran.text
    audience = "/token?api-version=2.0&audience=sts.tencentcloudapi.com"
    assert github.asked == [(audience, f"Bearer {CANARY}")]
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
