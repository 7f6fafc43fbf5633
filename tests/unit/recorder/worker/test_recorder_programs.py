"""The programs that recording takes: found, or named as missing in one sentence."""

from __future__ import annotations

import re
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


WITHOUT_TWO = ("chromium", "ffmpeg", "pulseaudio", "setpriv", "apt-get")
INSTALL = "apt-get install --no-install-recommends ffmpeg xvfb"


@pytest.mark.parametrize(
    ("names", "options", "reason"),
    [
        (WITHOUT_TWO, {}, f"ffprobe and Xvfb are missing: run `{INSTALL}`"),
        (WITHOUT_TWO, {"root": False}, f"ffprobe and Xvfb are missing: run `sudo {INSTALL}`"),
        (
            ALL[1:],
            {},
            "Chromium or Google Chrome is missing: install them with this system's package manager",
        ),
        (
            ALL,
            {"library": False},
            "the Python package playwright is missing: run `pip install 'trtc-recorder[capture]'`",
        ),
    ],
)
def test_what_is_missing_is_named_with_what_installs_it(
    machine: Machine, names: tuple[str, ...], options: dict[str, bool], reason: str
) -> None:
    machine(*names, **options)
    assert programs.missing() == MISSING.format(reason)
    with pytest.raises(programs.ProgramsMissing, match=re.escape(reason)):
        programs.find()


def test_recording_takes_linux(machine: Machine) -> None:
    machine(*ALL, platform="darwin")
    assert programs.missing() == "Pages are not recorded here: recording needs Linux."
