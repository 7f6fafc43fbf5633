"""The pipelines' files, each by the rules of the system that reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pipelines.github_runner import Workflow
from pipelines.shell import PIPELINES
from trtc_webrecord.api.roles import AssumeRoleWithWebIdentity, role_of_environment
from trtc_webrecord.configuration import ProviderConfig
from trtc_webrecord.environment_variables import ASSUME_ROLE

WORKFLOW = PIPELINES / "github-actions" / "recordings.yml"
GITLAB = PIPELINES / "gitlab-ci" / ".gitlab-ci.yml"
TOKEN_FILE = PIPELINES / "ci" / "identity-token"


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(file.read_text())
    return content


@pytest.mark.parametrize(
    ("file", "options"),
    [
        (WORKFLOW, ("vendor.github-workflows",)),
        (GITLAB, ("vendor.gitlab-ci", "--data-transform", "gitlab-ci")),
    ],
)
def test_a_pipeline_fits_the_schema_of_its_system(file: Path, options: tuple[str, ...]) -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *options, str(file)]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def scripts() -> Iterator[str]:
    for job in read(WORKFLOW)["jobs"].values():
        yield from (step["run"] for step in job["steps"] if "run" in step)
    gitlab = read(GITLAB)
    for job in gitlab.values():
        if isinstance(job, dict) and "script" in job:
            yield "\n".join(gitlab["default"]["before_script"] + job["script"])


def test_shellcheck_finds_nothing_in_any_shell_line() -> None:
    for script in scripts():
        command = [str(Path(sys.executable).with_name("shellcheck")), "--shell", "bash", "-"]
        checked = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


def test_only_a_preview_is_cancelled_by_the_next() -> None:
    jobs = read(WORKFLOW)["jobs"]
    groups = {name: job.get("concurrency") for name, job in jobs.items()}
    assert groups["preview"]["cancel-in-progress"]
    assert groups["up"]["cancel-in-progress"] is False
    assert [group["group"] for group in groups.values() if group].count(groups["up"]["group"]) == 1
    gitlab = read(GITLAB)
    assert gitlab["default"]["interruptible"] is False
    assert [name for name, job in gitlab.items() if "interruptible" in job] == [
        "default",
        "preview",
    ]
    assert gitlab["up"]["resource_group"]


def test_the_esc_environment_sets_what_the_provider_reads() -> None:
    values = read(PIPELINES / "esc" / "recordings-live.yaml")["values"]
    config = {key: str(value) for key, value in values["pulumiConfig"].items()}
    assert ProviderConfig.from_stack(config).requests_per_second == 10
    assert set(values["environmentVariables"]) == {
        "TENCENTCLOUD_SECRET_ID",
        "TENCENTCLOUD_SECRET_KEY",
    }
    assert "fn::secret" in values["key"]["secret"]


def test_the_access_program_trusts_one_audience_and_names_the_workflows_variables() -> None:
    access = read(PIPELINES / "cam" / "Pulumi.yaml")
    audience = access["variables"]["audience"]
    assert f"audience={audience}" in TOKEN_FILE.read_text()
    (token,) = read(GITLAB)[".role"]["id_tokens"].values()
    assert token["aud"] == audience
    for name in access["outputs"]:
        assert f"${{{{ vars.{name} }}}}" in WORKFLOW.read_text()
    for role in ("live", "preview"):
        document = access["resources"][role]["properties"]["document"]["fn::toJSON"]
        (statement,) = document["statement"]
        conditions = {key for group in statement["condition"].values() for key in group}
        assert conditions == {"oidc:iss", "oidc:aud", "oidc:sub"}


@pytest.mark.parametrize("job", ["preview", "up", "ended"])
def test_the_variables_of_each_github_job_name_the_role_that_the_provider_assumes(job: str) -> None:
    arns = {"vars.TENCENTCLOUD_ROLE_ARN": "live", "vars.TENCENTCLOUD_PREVIEW_ROLE_ARN": "preview"}
    workflow = Workflow(WORKFLOW, {**arns, "vars.TENCENTCLOUD_PROVIDER_ID": "github"})
    role = role_of_environment(
        {**workflow.environment(job), f"{ASSUME_ROLE}WEB_IDENTITY_TOKEN_FILE": "/tmp/token"}
    )
    assert isinstance(role, AssumeRoleWithWebIdentity)
    assert (role.role_arn, role.provider_id) == (
        "preview" if job == "preview" else "live",
        "github",
    )


def test_the_token_of_each_gitlab_job_is_the_one_that_the_provider_reads() -> None:
    gitlab = read(GITLAB)
    (variable,) = gitlab[".role"]["id_tokens"]
    assert all(gitlab[job]["extends"] == ".role" for job in ("preview", "up", "ended"))
    settings = {f"{ASSUME_ROLE}ARN": "live", f"{ASSUME_ROLE}PROVIDER_ID": "gitlab"}
    role = role_of_environment({**settings, variable: "the.token"})
    assert isinstance(role, AssumeRoleWithWebIdentity)
    assert role.web_identity_token == "the.token"


def test_the_sub_accounts_policy_is_for_one_application_and_one_bucket() -> None:
    policy = json.loads((PIPELINES / "cam" / "one-bucket.json").read_text())
    trtc, cos = policy["statement"]
    assert trtc["resource"] == ["qcs::trtc::uin/100000000001:sdkappid/1600011111"]
    assert cos["resource"] == ["qcs::cos:ap-singapore:uid/1250000000:lessons-1250000000/*"]
    assert not any(action.endswith("*") for action in trtc["action"] + cos["action"])
