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
TOOLS = (
    "bash",
    "dirname",
    "env",
    "grep",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "tail",
    "timeout",
    "cat",
    "chmod",
)
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
        super().__init__(folder / "bin", *TOOLS)
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


def test_it_is_unpacked_once_and_not_installed(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    for _ in range(2):
        assert project.unpack() == ("", "")
    assert project.apt_get_calls() == ["-q download nginx libnginx-mod-rtmp"]
    assert project.server.exists()


def test_where_the_system_has_it_with_its_module_apt_is_not_asked(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    modules = project.folder / "modules"
    modules.mkdir()
    (modules / "ngx_rtmp_module.so").touch()
    project.script("nginx", NGINX.format(modules=modules))
    assert project.unpack() == ("", "")
    assert project.apt_get_calls() == []


def test_a_web_server_without_the_module_is_left_alone(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    project.script("nginx", NGINX.format(modules=project.folder))
    assert project.unpack() == ("", "")
    assert project.server.exists()


def test_old_package_lists_are_renewed(project: Project) -> None:
    project.apt_get(
        f"[[ $* == *update* ]] && : >{project.folder}/new\n{DOWNLOAD}\n[ -e {project.folder}/new ]"
    )
    assert project.unpack() == ("", "")
    calls = [call.split()[1] for call in project.apt_get_calls()]
    assert calls == ["download", "download", "update", "download"]
    assert project.server.exists()


def test_an_older_release_has_the_program_in_another_package(project: Project) -> None:
    project.apt_get(f"{DOWNLOAD}; [[ $* == *nginx-light* ]]")
    assert project.unpack() == ("", "")
    assert project.server.exists()


def test_what_apt_cannot_do_is_said_in_one_line(project: Project) -> None:
    project.apt_get("echo reading; echo 'E: Unable to locate package nginx' >&2; exit 100")
    out, err = project.unpack()
    assert out == ""
    assert err.startswith("Tests with an RTMP server will be skipped: nginx could not")
    assert err.endswith("E: Unable to locate package nginx\n")
    assert not project.server.exists()


def test_a_server_that_does_not_run_here_is_not_kept(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    broken = UNPACK.replace("#!/bin/bash", "#!/bin/false")
    project.script("dpkg-deb", broken)
    _, err = project.unpack()
    assert err.startswith("Tests with an RTMP server will be skipped")
    assert not project.server.exists()


def test_without_apt_one_line_says_what_to_install(project: Project) -> None:
    _, err = project.unpack()
    assert err == (
        "Tests with an RTMP server will be skipped until nginx is installed, with its RTMP "
        "module.\n"
    )


def test_only_the_tests_have_it_unpacked() -> None:
    def commands(target: str) -> str:
        make = ["make", "--dry-run", target]
        return subprocess.run(
            make, cwd=SCRIPT.parents[2], capture_output=True, text=True, check=True
        ).stdout

    assert "tools/local/rtmp-server" in commands("test")
    assert "tools/local/rtmp-server" not in commands("up")
