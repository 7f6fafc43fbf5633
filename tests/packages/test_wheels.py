"""Both wheels, built and installed into an environment that has nothing else."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    process = subprocess.run(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The built wheels by distribution name."""
    out = tmp_path_factory.mktemp("wheels")
    for package in ("provider", "recorder"):
        source = PROJECT / package
        run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", out, source, cwd=out)
    return {wheel.name.split("-")[0]: wheel for wheel in out.glob("*.whl")}


def test_the_provider_ships_its_types_and_asks_pulumi_for_no_plugin(
    wheels: dict[str, Path],
) -> None:
    names = set(zipfile.ZipFile(wheels["pulumi_trtc_webrecord"]).namelist())
    assert "trtc_webrecord/py.typed" in names
    assert "pulumi_trtc_webrecord/pulumi-plugin.json" in names
    assert not any("recorder/" in name for name in names)


def test_the_recorder_ships_the_page_to_look_at(wheels: dict[str, Path]) -> None:
    names = set(zipfile.ZipFile(wheels["trtc_recorder"]).namelist())
    static = PROJECT / "recorder" / "trtc_recorder" / "viewer" / "static"
    files = {f"trtc_recorder/viewer/static/{path.name}" for path in static.iterdir()}
    assert "trtc_recorder/viewer/static/viewer.html" in files <= names


def test_the_wheels_install_and_import_in_a_clean_environment(
    wheels: dict[str, Path], tmp_path: Path
) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    pins = tmp_path / "pins.txt"
    pinned = (PROJECT / "requirements-dev.txt").read_text().splitlines()
    pins.write_text("\n".join(pin for pin in pinned if not pin.startswith("-e ")))
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", pins)
    run(*pip, wheels["pulumi_trtc_webrecord"], cwd=tmp_path)
    check = "import sys, trtc_webrecord; print('trtc_recorder' in sys.modules)"
    assert run(python, "-c", check, cwd=tmp_path).strip() == "False"
    run(*pip, wheels["trtc_recorder"], cwd=tmp_path)
    assert "--port" in run(python.with_name("trtc-recorder"), "--help", cwd=tmp_path)
