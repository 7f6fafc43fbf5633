"""The plugin of this repository, installed from its source as a user does it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from examples.readme_commands import ADD_PLUGIN, ROOT, ReadmeCommands
from trtc_recorder.testing import local_settings, running_service


def test_package_add_installs_the_plugin_and_in_a_clone_install_does(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    provider = tmp_path_factory.mktemp("a folder") / "provider"
    made = shutil.ignore_patterns("venv", "__pycache__")
    shutil.copytree(ROOT / "provider", provider, ignore=made)
    with running_service(local_settings(visible_after=0)) as service:
        example = ReadmeCommands("yaml", tmp_path, service)
        example.environment["PATH"] = os.pathsep.join(
            folder
            for folder in os.get_exec_path()
            if not (Path(folder) / "pulumi-resource-trtc").exists()
        )
        example.commands.remove(ADD_PLUGIN)
        assert "Added package Tencent TRTC Page Recording" in example.run(
            f"pulumi package add '{provider}'"
        )
        example.up()
        assert "pulumi-resource-trtc from $PATH" not in example.output

        shutil.rmtree(provider / "venv")
        shutil.rmtree(example.folder / "sdks")
        example.run("pulumi --non-interactive install")
        example.expect_no_changes()
        example.finish()
