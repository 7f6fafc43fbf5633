"""`make test` unpacks the RTMP server of the tests with apt-get, and installs nothing.

apt-get and dpkg-deb are stand-ins.
"""

from __future__ import annotations

import shutil
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
SKIPPED = "Tests with an RTMP server will be skipped"
ASKED = ["nginx", "nginx-light"]


@pytest.mark.parametrize(
    ("apt_get", "unpack", "asked", "error"),
    [
        pytest.param(DOWNLOAD, UNPACK, ["nginx"], None, id="unpacked"),
        pytest.param(f"{DOWNLOAD}; [[ $* == *light* ]]", UNPACK, ASKED, None, id="older release"),
        pytest.param(
            f"[[ $* == *update* ]] && : >new\n{DOWNLOAD}\n[ -e new ] || [ -e ../../new ]",
            UNPACK,
            [*ASKED, "update", "nginx"],
            None,
            id="old package lists",
        ),
        pytest.param(
            f"echo reading; echo '{NOT_FOUND}' >&2; exit 100",
            UNPACK,
            [*ASKED, "update"],
            f": nginx could not be unpacked. {NOT_FOUND}\n",
            id="not found",
        ),
        pytest.param(DOWNLOAD, BROKEN, [*ASKED, "update", *ASKED], ": ", id="does not run here"),
        pytest.param(None, UNPACK, [], " until nginx is installed", id="no apt-get"),
    ],
)
def test_it_is_unpacked_once_or_one_line_says_that_tests_will_be_skipped(
    project: Project, apt_get: str | None, unpack: str, asked: list[str], error: str | None
) -> None:
    if apt_get is not None:
        project.apt_get(apt_get)
    project.script("dpkg-deb", unpack)
    out, err = project.unpack()
    assert [call.split()[-2 + ("update" in call)] for call in project.apt_get_calls()] == asked
    assert {call.split()[1] for call in project.apt_get_calls()} <= {"download", "update"}
    assert (out, project.server.exists()) == ("", error is None)
    if error is None:
        assert (err, project.unpack(), len(project.apt_get_calls())) == ("", ("", ""), len(asked))
    else:
        assert err.startswith(f"{SKIPPED}{error}")
        assert err.count("\n") == 1


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
