"""`make test` unpacks the RTMP server of the tests with apt-get, and installs nothing.

apt-get and dpkg-deb are stand-ins.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools/local" / "rtmp-server"
TOOLS = ("bash", "dirname", "env", "grep", "mkdir", "mktemp", "mv", "rm", "tail", "timeout", "cat")
NGINX = "#!/bin/bash\necho configure arguments: --modules-path={modules} >&2\n"
DOWNLOAD = 'case "$*" in *download*) echo >nginx.deb ;; esac'
UNPACK = """
mkdir -p "$3/usr/sbin"
echo '#!/bin/bash' >"$3/usr/sbin/nginx"
chmod +x "$3/usr/sbin/nginx"
"""


class Project:
    """A project with the script alone, on a machine with these programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = folder / ".local" / "nginx" / "usr" / "sbin" / "nginx"
        self.bin = folder / "bin"
        self.bin.mkdir()
        (folder / "tools/local").mkdir(parents=True)
        shutil.copy(SCRIPT, folder / "tools/local")
        for tool in (*TOOLS, "chmod"):
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)
        self.script("sudo", 'shift; exec "$@"')
        self.script("dpkg-deb", UNPACK)

    def script(self, name: str, text: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/bash\n{text}\n")
        file.chmod(0o755)

    def apt_get(self, text: str) -> None:
        self.script("apt-get", f'echo "$*" >>{self.folder}/asked\n{text}')

    def asked(self) -> list[str]:
        asked = self.folder / "asked"
        return asked.read_text().splitlines() if asked.exists() else []

    def run(self) -> tuple[str, str]:
        """What the script writes to stdout and stderr."""
        ran = subprocess.run(
            [self.folder / "tools/local" / "rtmp-server"],
            env={"PATH": str(self.bin)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert list(self.folder.glob(".local/tmp.*")) == []
        return ran.stdout, ran.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_it_is_unpacked_once_and_not_installed(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    for _ in range(2):
        assert project.run() == ("", "")
    assert project.asked() == ["-q download nginx libnginx-mod-rtmp"]
    assert project.server.exists()


def test_where_the_system_has_it_with_its_module_apt_is_not_asked(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    modules = project.folder / "modules"
    modules.mkdir()
    (modules / "ngx_rtmp_module.so").touch()
    project.script("nginx", NGINX.format(modules=modules))
    assert project.run() == ("", "")
    assert project.asked() == []


def test_a_web_server_without_the_module_is_left_alone(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    project.script("nginx", NGINX.format(modules=project.folder))
    assert project.run() == ("", "")
    assert project.server.exists()


def test_old_package_lists_are_renewed(project: Project) -> None:
    project.apt_get(
        f"[[ $* == *update* ]] && : >{project.folder}/new\n{DOWNLOAD}\n[ -e {project.folder}/new ]"
    )
    assert project.run() == ("", "")
    assert [call.split()[1] for call in project.asked()] == [
        "download",
        "download",
        "update",
        "download",
    ]
    assert project.server.exists()


def test_an_older_release_has_the_program_in_another_package(project: Project) -> None:
    project.apt_get(f"{DOWNLOAD}; [[ $* == *nginx-light* ]]")
    assert project.run() == ("", "")
    assert project.server.exists()


def test_what_apt_cannot_do_is_said_in_one_line(project: Project) -> None:
    project.apt_get("echo reading; echo 'E: Unable to locate package nginx' >&2; exit 100")
    out, err = project.run()
    assert out == ""
    assert err.startswith("Tests with an RTMP server will be skipped: nginx could not")
    assert err.endswith("E: Unable to locate package nginx\n")
    assert not project.server.exists()


def test_a_server_that_does_not_run_here_is_not_kept(project: Project) -> None:
    project.apt_get(DOWNLOAD)
    broken = UNPACK.replace("#!/bin/bash", "#!/bin/false")
    project.script("dpkg-deb", broken)
    _, err = project.run()
    assert err.startswith("Tests with an RTMP server will be skipped")
    assert not project.server.exists()


def test_without_apt_one_line_says_what_to_install(project: Project) -> None:
    _, err = project.run()
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
