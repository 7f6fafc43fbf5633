"""The browser's fontconfig: the system's, the user's, and a few preferences."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from trtc_recorder.browser import fontconfig

VARIABLES = (
    *("FONTCONFIG_FILE", "FONTCONFIG_PATH"),
    *("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the service's user, with a name that XML would trip over."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    home = tmp_path / "Jack & <Jill>"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


def written(folder: Path) -> ElementTree.Element:
    file = Path(fontconfig.environment(folder)["FONTCONFIG_FILE"])
    assert file.parent == folder
    return ElementTree.parse(file).getroot()


def texts(root: ElementTree.Element, tag: str) -> list[str | None]:
    return [each.text for each in root.iter(tag)]


def test_the_users_fonts_and_settings_come_before_the_systems(home: Path, tmp_path: Path) -> None:
    root = written(tmp_path)
    assert texts(root, "dir") == [f"{home}/.local/share/fonts", f"{home}/.fonts"]
    assert texts(root, "cachedir") == [f"{home}/.cache/fontconfig"]
    users, _, system = texts(root, "include")
    assert (users, system) == (f"{home}/.config/fontconfig/fonts.conf", "/etc/fonts/fonts.conf")


@pytest.mark.usefixtures("home")
def test_a_configuration_that_is_named_stands_for_the_systems_and_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/own/fonts.conf")
    root = written(tmp_path)
    assert texts(root, "include") == ["/own/fonts.conf"]
    assert texts(root, "dir") == []


def test_fontconfig_finds_the_users_font_from_another_home(home: Path, tmp_path: Path) -> None:
    def fonts(environment: dict[str, str] | None = None) -> list[str]:
        command = ["fc-list", "--format", "%{file}\n"]
        return subprocess.check_output(command, env=environment, text=True).splitlines()

    if not shutil.which("fc-list") or not fonts():
        pytest.skip("fc-list or a font is missing")
    font = Path(fonts()[0])
    own = home / ".local" / "share" / "fonts" / f"own{font.suffix}"
    own.parent.mkdir(parents=True)
    shutil.copy(font, own)
    environment = {**fontconfig.environment(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin"}
    assert {str(own), str(font)} <= set(fonts(environment))
