"""Every folder of examples/ does on the real engine what its README says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from examples.expectations import EXPECTATIONS
from examples.readme_commands import EXAMPLES, ReadmeCommands
from trtc_recorder.testing import RunningService, local_settings, running_service

ELSEWHERE = {
    "callbacks": "contract/test_callbacks_example.py",
    "local-store": "capture/test_local_store_example.py",
    "go": "languages/test_generated_sdks.py",
    "pipelines": "pipelines/",
    "policy": "policy/test_policy_pack.py",
    "typescript": "languages/test_generated_sdks.py",
}
"""Folders that other tests run."""


@pytest.fixture(scope="module")
def service() -> Iterator[RunningService]:
    settings = local_settings(visible_after=0, ended_record_ids_reusable=True)
    with running_service(settings) as running:
        yield running


IN_THE_GATE = {"one-recording", "yaml"}
"""Examples that `make test` runs; `make slow` runs the others."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(each, marks=[] if each in {*ELSEWHERE, *IN_THE_GATE} else [pytest.mark.slow])
        for each in sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
    ],
)
def test_the_example_does_what_its_readme_says(
    name: str, tmp_path: Path, service: RunningService
) -> None:
    if name in ELSEWHERE:
        assert (Path(__file__).parents[1] / ELSEWHERE[name]).exists()
        return
    service.reset()
    example = ReadmeCommands(name, tmp_path, service)
    EXPECTATIONS[name](example)
    example.finish()


def test_the_index_has_every_example() -> None:
    listed = re.findall(r"\]\(([\w-]+)\) \|", (EXAMPLES / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


def test_what_the_examples_require_is_installed_where_they_are_tested() -> None:
    for file in EXAMPLES.glob("*/requirements.txt"):
        for requirement in file.read_text().split() if file.parent.name in EXPECTATIONS else []:
            assert distribution(requirement)
