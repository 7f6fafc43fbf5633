"""Which plugin `trtc-webrecord doctor` says that the engine takes."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from shell_script import shell_script
from trtc_webrecord.doctor.plugin import PLUGIN, plugin
from trtc_webrecord.pulumi_cli.project import Project

MINE = version("pulumi-trtc-webrecord")
INSTALLED = f"home/plugins/resource-example.com_a_trtc.git_provider-v{MINE}"
FOLDER = "packages: {trtc: ./p}"
ADDRESS = f"packages: {{trtc: example.com/a/trtc.git/provider@v{MINE}}}"
SOURCE_AND_VERSION = (
    f"packages: {{trtc: {{source: https://example.com/a/trtc/provider, version: {MINE}}}}}"
)


def source(root: Path, release: str = MINE) -> None:
    shell_script(root / "p/venv/bin" / PLUGIN, f"echo {release}")
    (root / "p/PulumiPlugin.yaml").write_text("runtime: python")


@pytest.mark.parametrize(
    ("project", "there", "status", "told"),
    [
        (FOLDER, source, "ok", "takes {root}/p, by Pulumi.yaml"),
        (FOLDER, lambda root: source(root, "9.9"), "warning", "/venv/bin/trtc-webrecord doctor"),
        (FOLDER, lambda root: (root / "p/venv/bin" / PLUGIN).unlink(), "failed", "pulumi install"),
        (
            f"plugins: {{providers: [{{name: trtc, path: bin}}]}}\n{FOLDER}",
            lambda root: shell_script(root / "bin" / PLUGIN, f"echo {MINE}"),
            "ok",
            "takes {root}/bin/pulumi-resource-trtc, by",
        ),
        ("plugins: {providers: [{name: trtc, path: nowhere}]}", None, "failed", "and there is no"),
        (ADDRESS, None, "warning", "is not installed Run `pulumi install`"),
        (ADDRESS, lambda root: (root / INSTALLED).mkdir(parents=True), "ok", INSTALLED),
        (SOURCE_AND_VERSION, lambda root: (root / INSTALLED).mkdir(parents=True), "ok", INSTALLED),
        ("", None, "warning", "`pulumi package add`"),
    ],
)
def test_the_projects_plugin_is_the_one_that_the_engine_takes(
    project: str,
    there: object,
    status: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    (tmp_path / "Pulumi.yaml").write_text(f"name: a\nruntime: yaml\n{project}\n")
    source(tmp_path)
    if callable(there):
        there(tmp_path)
    found = plugin(Project.of(tmp_path))
    assert found.status == status
    assert told.format(root=tmp_path) in f"{found.found} {found.remedy}"


def test_the_path_wins_over_an_address_and_a_folder_over_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ambient = shell_script(tmp_path / "path" / PLUGIN, f"echo {MINE}")
    monkeypatch.setenv("PATH", f"{ambient.parent}:/usr/bin:/bin")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    (tmp_path / INSTALLED).mkdir(parents=True)
    source(tmp_path)
    for project, taken in ((ADDRESS, ambient), (FOLDER, tmp_path / "p")):
        (tmp_path / "Pulumi.yaml").write_text(f"name: a\nruntime: yaml\n{project}\n")
        assert plugin(Project.of(tmp_path)).found.startswith(f"the engine takes {taken}")
