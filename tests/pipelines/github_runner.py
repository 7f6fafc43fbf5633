"""Run a job of a GitHub workflow: its shell steps, and `pulumi/actions` by the same command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pipelines.shell import run
from pulumi_stack import Ran

ELSEWHERE = {"actions/checkout", "actions/setup-python"}
"""Actions that the test's environment stands for."""

FLAGS = {
    "diff": "--diff",
    "expect-no-changes": "--expect-no-changes",
    "suppress-progress": "--suppress-progress",
}
COMMENTS = {"comment-on-pr", "comment-on-summary"}
"""Inputs of `pulumi/actions` v7, from its action.yml."""


class Workflow:
    """A workflow file. `values` are those of `${{ … }}`; other names are empty, as on GitHub."""

    def __init__(self, file: Path, values: Mapping[str, str]) -> None:
        self._values = values
        self._read: dict[str, Any] = yaml.safe_load(file.read_text())

    def environment(self, job: str) -> dict[str, str]:
        given = {**self._read["env"], **self._read["jobs"][job].get("env", {})}
        return {name: self._filled(str(value)) for name, value in given.items()}

    def run(self, job: str, directory: Path, environment: Mapping[str, str]) -> Ran:
        """Run the steps of a job until one fails."""
        assert self._read["defaults"]["run"]["shell"] == "bash"
        exported = directory / "github-env"
        exported.write_text("")
        code, output = 0, ""
        for step in self._read["jobs"][job]["steps"]:
            variables = {**environment, **self.environment(job), "GITHUB_ENV": str(exported)}
            for line in exported.read_text().splitlines():
                name, _, value = line.partition("=")
                variables[name] = value
            if not self._runs(step.get("if"), code, variables):
                continue
            script = step["run"] if "run" in step else _script(step["uses"], step.get("with", {}))
            options = ("--noprofile", "--norc", "-eo", "pipefail")
            ran = run(self._filled(script), directory, variables, *options)
            code, output = code or ran.code, output + ran.text
        return Ran(code, output)

    def _runs(self, condition: str | None, code: int, variables: Mapping[str, str]) -> bool:
        if condition is None:
            return code == 0
        if condition == "${{ !cancelled() }}":
            return True
        name = re.fullmatch(r"env\.(\w+) != ''", condition)
        assert name is not None, condition
        return code == 0 and variables[name[1]] != ""

    def _filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda name: self._values.get(name[1], ""), text)


def _script(uses: str, inputs: Mapping[str, Any]) -> str:
    """What an action does, as a command."""
    action = uses.partition("@")[0]
    if action in ELSEWHERE:
        return ""
    assert uses == "pulumi/actions@v7"
    given = dict(inputs)
    command = given.pop("command", None)
    if command is None:
        assert not given, "without a command it only installs the CLI"
        return ""
    words = ["pulumi", command, "--non-interactive", "--stack", given.pop("stack-name")]
    words += ["--yes", "--skip-preview"] if command == "up" else []
    words += ["--parallel", str(given.pop("parallel"))]
    words += [FLAGS[name] for name, value in given.items() if name not in COMMENTS and value]
    return shlex.join(words)
