"""Run the script of a job of GitLab CI, as its runner does: in one bash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pipelines.shell import run
from pulumi_stack import Ran


class Pipeline:
    """A `.gitlab-ci.yml` without the jobs' `extends`, as its comment says for a permanent key."""

    def __init__(self, file: Path) -> None:
        self._read: dict[str, Any] = yaml.safe_load(file.read_text())

    def environment(self, job: str) -> dict[str, str]:
        return {**self._read["variables"], **self._read[job].get("variables", {})}

    def run(self, job: str, directory: Path, environment: Mapping[str, str]) -> Ran:
        """Run a job; a failed line ends it."""
        lines = self._read["default"]["before_script"] + self._read[job]["script"]
        variables = {**self.environment(job), **environment}
        return run("\n".join(lines), directory, variables, "-eo", "pipefail")
