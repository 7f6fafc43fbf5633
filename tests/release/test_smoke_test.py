"""Smoke test: wheels, an empty project, the README's program, a video."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from capture.media_probe import probe
from trtc_recorder.worker import programs

from tools.release.commands import REPOSITORY, ReleaseError, run
from tools.release.environments import environment
from tools.release.smoke_test import environment_outside, smoke_test


@pytest.fixture(scope="module")
def program(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the provider alone."""
    return environment(tmp_path_factory.mktemp("program") / "venv", wheels[:1])


def test_it_ends_with_a_task_id_and_a_video(
    wheels: list[Path], program: Path, tmp_path: Path
) -> None:
    missing = programs.missing()
    if missing and not os.environ.get("CI"):
        pytest.skip(missing)
    recorder = environment(tmp_path / "recorder", wheels)
    result = smoke_test(program, recorder, tmp_path / "smoke-test", record="on")
    assert result.task_id
    (video,) = result.files
    assert result.task_id in video.parts
    seen = probe(video)
    assert seen.seconds > 2
    assert seen.sound


def test_the_provider_needs_nothing_of_the_repository(program: Path, tmp_path: Path) -> None:
    show = "import sys, trtc_webrecord.lifecycle; print(*sys.path, 'trtc_recorder' in sys.modules)"
    *path, recorder = run([program, "-c", show], tmp_path, environment_outside(tmp_path)).split()
    assert recorder == "False"
    assert not any(Path(each).is_relative_to(REPOSITORY) for each in path)


def test_the_plugin_that_the_package_installs_is_one_that_the_engine_takes(
    program: Path, tmp_path: Path
) -> None:
    plugin = program.with_name("pulumi-resource-trtc")
    schema = run(
        ["pulumi", "package", "get-schema", plugin], tmp_path, environment_outside(tmp_path)
    )
    assert '"trtc:index:WebRecording"' in schema


def test_a_step_that_fails_shows_what_the_command_wrote(program: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="No module named trtc_recorder"):
        run([program, "-m", "trtc_recorder"], tmp_path)
