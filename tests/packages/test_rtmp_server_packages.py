"""`make test` unpacks the RTMP server of the tests with apt-get, and installs nothing.

apt-get and dpkg-deb are stand-ins.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from packages.debian import Debian

SCRIPT = Path(__file__).parents[2] / "tools/local" / "rtmp-server"
TOOLS = ("bash", "dirname", "env", "grep", "mkdir", "mktemp", "mv", "rm", "tail", "timeout")
NGINX = "#!/bin/bash\necho configure arguments: --modules-path={modules} >&2\n"
DOWNLOAD = 'case "$*" in *download*) echo >nginx.deb ;; esac'
UNPACK = """
mkdir -p "$3/usr/sbin"
echo '#!/bin/bash' >"$3/usr/sbin/nginx"
chmod +x "$3/usr/sbin/nginx"
"""


class Project(Debian):
    """A project with the script alone, on a machine with these programs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "bin", *TOOLS, "cat", "chmod")
        self.folder = folder
        self.server = folder / ".local" / "nginx" / "usr" / "sbin" / "nginx"
        (folder / "tools/local").mkdir(parents=True)
        shutil.copy(SCRIPT, folder / "tools/local")
        self.script("dpkg-deb", UNPACK)

    def unpack(self) -> tuple[str, str]:
        """What the script writes to stdout and stderr."""
        written = self.run(self.folder / "tools/local" / "rtmp-server")
        assert list(self.folder.glob(".local/tmp.*")) == []
        return written


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


BROKEN = UNPACK.replace("#!/bin/bash", "#!/bin/false")
NOT_FOUND = "E: Unable to locate package nginx"


@pytest.mark.parametrize(
    ("apt_get", "unpack", "error"),
    [
        pytest.param(DOWNLOAD, UNPACK, "", id="unpacked"),
        pytest.param(f"{DOWNLOAD}; [[ $* == *nginx-light* ]]", UNPACK, "", id="an older release"),
        pytest.param(
            f"echo reading; echo '{NOT_FOUND}' >&2; exit 100", UNPACK, NOT_FOUND, id="not found"
        ),
        pytest.param(DOWNLOAD, BROKEN, "", id="does not run here"),
        pytest.param(
            None, UNPACK, "until nginx is installed, with its RTMP module.", id="no apt-get"
        ),
    ],
)
def test_it_is_unpacked_or_one_line_says_that_tests_will_be_skipped(
    project: Project, apt_get: str | None, unpack: str, error: str
) -> None:
    if apt_get is not None:
        project.apt_get(apt_get)
    project.script("dpkg-deb", unpack)
    out, err = project.unpack()
    fails = bool(error) or unpack is BROKEN
    assert (out, err.count("\n"), project.server.exists()) == ("", int(fails), not fails)
    assert err.startswith("Tests with an RTMP server will be skipped" * fails)
    assert err.endswith(f"{error}\n" * bool(error))


def test_it_is_unpacked_once_and_not_installed(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    for _ in range(2):
        assert project.unpack() == ("", "")
    assert project.apt_get_calls() == ["-q download nginx libnginx-mod-rtmp"]


@pytest.mark.parametrize("module", [True, False])
def test_apt_is_not_asked_where_the_system_has_a_web_server_with_the_module(
    project: Project, module: bool
) -> None:
    project.apt_get(DOWNLOAD)
    if module:
        (project.folder / "ngx_rtmp_module.so").touch()
    project.script("nginx", NGINX.format(modules=project.folder))
    assert project.unpack() == ("", "")
    assert bool(project.apt_get_calls()) is project.server.exists() is not module


def test_old_package_lists_are_renewed(project: Project) -> None:
    project.apt_get(
        f"[[ $* == *update* ]] && : >{project.folder}/new\n{DOWNLOAD}\n[ -e {project.folder}/new ]"
    )
    assert project.unpack() == ("", "")
    calls = [call.split()[1] for call in project.apt_get_calls()]
    assert calls == ["download", "download", "update", "download"]
    assert project.server.exists()


def test_only_the_tests_have_it_unpacked() -> None:
    def commands(target: str) -> str:
        make = ["make", "--dry-run", target]
        return subprocess.run(
            make, cwd=SCRIPT.parents[2], capture_output=True, text=True, check=True
        ).stdout

    assert "tools/local/rtmp-server" in commands("test")
    assert "tools/local/rtmp-server" not in commands("up")
