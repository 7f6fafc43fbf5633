"""The programs that recording takes: found, or named as missing in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from trtc_recorder.worker import programs

Machine = Callable[..., None]

ALL = ("chromium", "ffmpeg", "ffprobe", "Xvfb", "pulseaudio", "setpriv")
MISSING = "Pages are not recorded here because {}, then restart the service."


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Have a machine with these programs in /bin and no other."""

    def having(
        *names: str, library: bool = True, platform: str = "linux", root: bool = True
    ) -> None:
        monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}" if name in names else None)
        monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if library else None)
        monkeypatch.setattr("sys.platform", platform)
        monkeypatch.setattr("os.geteuid", lambda: 0 if root else 1000)

    return having


def test_where_all_are_there_each_is_told_by_its_path(machine: Machine) -> None:
    machine(*ALL)
    assert programs.missing() is None
    assert programs.find() == programs.Programs(*(Path("/bin", name) for name in ALL))


@pytest.mark.parametrize("name", [programs.CHROMIUM, "chromium-browser", "google-chrome"])
def test_chromium_goes_by_several_names(machine: Machine, name: str) -> None:
    machine(*ALL[1:], name)
    assert programs.find().chromium == Path(f"/bin/{name}")


@pytest.mark.parametrize(("root", "sudo"), [(True, ""), (False, "sudo ")])
def test_what_is_missing_is_named_with_the_packages_that_have_it(
    machine: Machine, root: bool, sudo: str
) -> None:
    machine("chromium", "ffmpeg", "pulseaudio", "setpriv", "apt-get", root=root)
    assert programs.missing() == MISSING.format(
        f"ffprobe and Xvfb are missing: run `{sudo}apt-get install --no-install-recommends ffmpeg "
        "xvfb`"
    )
    with pytest.raises(programs.ProgramsMissing, match="ffprobe and Xvfb are missing"):
        programs.find()


def test_without_apt_it_is_left_to_the_system(machine: Machine) -> None:
    machine(*ALL[1:])
    assert programs.missing() == MISSING.format(
        "Chromium or Google Chrome is missing: install them with this system's package manager"
    )


def test_the_python_package_may_be_all_that_is_missing(machine: Machine) -> None:
    machine(*ALL, library=False)
    assert programs.missing() == MISSING.format(
        "the Python package playwright is missing: run `pip install 'trtc-recorder[capture]'`"
    )


def test_recording_takes_linux(machine: Machine) -> None:
    machine(*ALL, platform="darwin")
    assert programs.missing() == "Pages are not recorded here: recording needs Linux."
