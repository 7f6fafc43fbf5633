"""The programs that recording takes: found, or named as missing in one sentence."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from trtc_recorder.worker import programs

Machine = Callable[..., Path]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A PATH on which there are these programs and no other; it is a Linux machine's."""

    def having(*names: str, library: bool = True) -> Path:
        for name in names:
            (tmp_path / name).touch(mode=0o755)
        wanted = {
            key: (name, package, tuple(c for c in candidates if "/" not in c))
            for key, (name, package, candidates) in programs.WANTED.items()
        }
        monkeypatch.setattr(programs, "WANTED", wanted)
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: object() if library else None)
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setenv("PATH", str(tmp_path))
        return tmp_path

    return having


ALL = ("chromium", "ffmpeg", "ffprobe", "Xvfb", "pulseaudio", "setpriv")


def test_where_all_are_there_each_is_told_by_its_path(machine: Machine) -> None:
    folder = machine(*ALL)
    assert programs.missing() is None
    assert programs.find() == programs.Programs(*(folder / name for name in ALL))


@pytest.mark.parametrize("name", ["chromium-browser", "google-chrome"])
def test_chromium_goes_by_several_names(machine: Machine, name: str) -> None:
    folder = machine(*ALL[1:], name)
    assert programs.find().chromium == folder / name


def test_what_is_missing_is_named_with_the_packages_that_have_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine("chromium", "ffmpeg", "pulseaudio", "setpriv", "apt-get")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert programs.missing() == (
        "Pages are not recorded here because ffprobe and Xvfb are missing: run `sudo apt-get "
        "install --no-install-recommends ffmpeg xvfb`, then restart the service."
    )
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(programs.ProgramsMissing, match="run `apt-get install"):
        programs.find()


def test_without_apt_it_is_left_to_the_system(machine: Machine) -> None:
    machine(*ALL[1:])
    assert programs.missing() == (
        "Pages are not recorded here because Chromium or Google Chrome is missing: install them "
        "with this system's package manager, then restart the service."
    )


def test_the_python_package_may_be_all_that_is_missing(machine: Machine) -> None:
    machine(*ALL, library=False)
    assert programs.missing() == (
        "Pages are not recorded here because the Python package playwright is missing: run "
        "`pip install 'trtc-recorder[capture]'`, then restart the service."
    )


def test_recording_takes_linux(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine(*ALL)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert programs.missing() == "Pages are not recorded here: recording needs Linux."
