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


def test_outside_the_repository_the_packages_record_a_video_and_the_engine_takes_the_plugin(
    wheels: list[Path], tmp_path: Path
) -> None:
    program = environment(tmp_path / "program", wheels[:1])
    outside = environment_outside(tmp_path)
    show = "import sys, trtc_webrecord.lifecycle; print(*sys.path, 'trtc_recorder' in sys.modules)"
    *path, recorder = run([program, "-c", show], tmp_path, outside).split()
    assert recorder == "False"
    assert not any(Path(each).is_relative_to(REPOSITORY) for each in path)
    with pytest.raises(ReleaseError, match="No module named trtc_recorder"):
        run([program, "-m", "trtc_recorder"], tmp_path)

    plugin = program.with_name("pulumi-resource-trtc")
    schema = run(["pulumi", "package", "get-schema", plugin], tmp_path, outside)
    assert '"trtc:index:WebRecording"' in schema
    (tmp_path / "schema.json").write_text(schema[schema.index("{") :])
    run(["pulumi", "schema", "check", "schema.json"], tmp_path, outside)

    missing = programs.missing()
    if missing and not os.environ.get("CI"):
        pytest.skip(missing)
    service = environment(tmp_path / "recorder", wheels)
    result = smoke_test(program, service, tmp_path / "smoke-test", record="on")
    assert "1, by the stack's preview" in result.doctor
    assert result.task_id
    (video,) = result.files
    assert result.task_id in video.parts
    seen = probe(video)
    assert seen.seconds > 2
    assert seen.sound
