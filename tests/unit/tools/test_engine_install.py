"""`tools/pulumi/install.py`: which engine it takes, and what an interrupt leaves.

The program runs as a separate process on a copy of its folder. `pulumi`, `go` and the SDK's
installer are fakes, so that nothing is built and nothing is downloaded.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from shell_script import shell_script
from waiting import until

ENGINE = Path(__file__).resolve().parents[3] / "tools/pulumi"
HOST = "pulumi-language-python"
STARTS = (HOST, f"{HOST}-plugins.py")
PROGRAMS = {"pulumi", *STARTS, f"{HOST}-exec", f"{HOST}-host", "pulumi-resource-pulumi-python"}
ENDLESS = "echo here > $STARTED; exec sleep 60"


def pin(folder: str, module: str) -> str:
    """The version that `tools/pulumi/<folder>/go.mod` requires of a module."""
    found = re.search(rf"\b{re.escape(module)} (v\S+)", (ENGINE / folder / "go.mod").read_text())
    assert found is not None
    return found[1]


PINNED = pin("cli", "github.com/pulumi/pulumi/pkg/v3")
HOST_PINNED = pin("python-host", "github.com/pulumi/pulumi/sdk/v3")


class Machine:
    """A test machine: a PATH with nothing but fakes, and a copy of `tools/pulumi/`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.engine = root / "engine"
        self.bin = self.engine / ".bin"
        self.tools = root / "tools"
        starts = (f"python-host/{name}" for name in STARTS)
        for name in ("install.py", "cli/go.mod", "python-host/go.mod", *starts):
            (self.engine / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ENGINE / name, self.engine / name)
        self.sdk_installer("raise OSError('no network')")

    def script(self, path: Path, body: str = "") -> None:
        shell_script(path, f"PATH=/usr/bin:/bin\n{body}")

    def pulumi(self, version: str = PINNED, folder: Path | None = None, host: bool = True) -> None:
        """Put a `pulumi` of that version on the PATH, or in `folder`."""
        folder = folder or self.tools
        self.script(folder / "pulumi", f"echo {version}")
        if host:
            self.script(folder / HOST)

    def go(self, on_command: str = ":", on_host: str = ":", version: str = PINNED) -> None:
        """Put a `go` on the PATH that logs its calls and 'builds' by writing scripts.

        `on_command` and `on_host` run before it writes `pulumi` and the language host.
        """
        sources = self.root / "sources"
        self.script(sources / f"python/cmd/{HOST}-exec")
        self.script(sources / "python/dist/pulumi-resource-pulumi-python")
        self.script(
            self.tools / "go",
            f"""
            echo "$(basename "$PWD") $*" >> {self.root}/calls
            [ "$1" = list ] && echo {sources} && exit
            until [ "$1" = -o ]; do shift; done
            mkdir -p "$(dirname "$2")"
            case "$2" in
            */pulumi) {on_command}; printf '#!/bin/sh\\necho {version}\\n' > "$2" ;;
            *) {on_host}; echo '#!/bin/sh' > "$2" ;;
            esac
            chmod 755 "$2"
            """,
        )

    def sdk_installer(self, body: str) -> None:
        """Make `PulumiCommand.install(root)` run `body`, one statement of Python."""
        package = self.root / "sdk/pulumi/automation"
        package.mkdir(parents=True, exist_ok=True)
        (package.parent / "__init__.py").touch()
        (package / "__init__.py").write_text(
            "import pathlib, shutil, socket, subprocess, time\n"
            "class PulumiCommand:\n"
            "    @classmethod\n"
            f"    def install(cls, root):\n        {body}\n"
        )

    def official_release(self, version: str) -> None:
        """Let the SDK's installer find a release of that version."""
        self.pulumi(version, self.root / "official")
        self.sdk_installer(f"shutil.copytree({str(self.root / 'official')!r}, root + '/bin')")

    def start(self) -> subprocess.Popen[str]:
        path = {"PATH": f"{self.bin}:{self.tools}", "PYTHONPATH": str(self.root / "sdk")}
        return subprocess.Popen(
            [sys.executable, self.engine / "install.py"],
            env={**path, "STARTED": str(self.root / "started")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str], code: int) -> str:
        """What it prints up to its end, without a traceback; it leaves no unfinished files."""
        output, errors = process.communicate(timeout=30)
        assert "Traceback" not in output + errors
        assert process.returncode == code
        assert self.leftovers == []
        return output + errors

    def run(self, code: int = 0) -> str:
        with self.start() as process:
            return self.finish(process, code)

    @property
    def calls(self) -> list[str]:
        """The calls of Go so far: the folder's name and the arguments."""
        log = self.root / "calls"
        return log.read_text().splitlines() if log.exists() else []

    @property
    def in_place(self) -> set[str]:
        """The names in `tools/pulumi/.bin` without the stamp."""
        return {file.name for file in self.bin.glob("*")} - {"installed.json"}

    @property
    def leftovers(self) -> list[str]:
        """Files in the engine's folder that belong neither to it nor to an engine."""
        known = {"cli", "python-host", "install.py", ".bin"}
        return [path.name for path in self.engine.iterdir() if path.name not in known]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("version", [PINNED, "v3.9999.0", "v3.9999.0-alpha.1"])
@pytest.mark.parametrize("shadowed", [False, True], ids=["alone", "by an outdated one"])
def test_a_good_pulumi_on_the_path_is_used(machine: Machine, version: str, shadowed: bool) -> None:
    if shadowed:
        machine.pulumi("v3.100.0", machine.bin)
    machine.pulumi(version)
    assert machine.run() == f"engine: Pulumi {version} is ready\n"
    assert not machine.bin.exists()


def test_the_language_host_may_be_beside_the_target_of_a_link_on_the_path(machine: Machine) -> None:
    machine.pulumi(folder=machine.root / "elsewhere")
    machine.tools.mkdir()
    (machine.tools / "pulumi").symlink_to(machine.root / "elsewhere/pulumi")
    machine.run()
    assert not machine.bin.exists()


@pytest.mark.parametrize(
    ("version", "host", "why"),
    [
        ("v3.100.0", True, f"it is v3.100.0, and {PINNED} or newer is needed"),
        ("v2.9999.0", True, f"it is v2.9999.0, and {PINNED} or newer is needed"),
        (PINNED, False, "pulumi-language-python is missing"),
        ("; echo broken >&2; exit 3", True, "broken"),
    ],
)
def test_for_an_unusable_pulumi_on_the_path_the_official_release_comes_before_a_build(
    machine: Machine, version: str, host: bool, why: str
) -> None:
    machine.pulumi(version, host=host)
    machine.official_release("v3.9999.0")
    machine.go()
    printed = machine.run()
    assert f"engine: the Pulumi on the PATH cannot be used: {why}\n" in printed
    assert printed.endswith("engine: Pulumi v3.9999.0 is ready\n")
    assert machine.in_place == {"pulumi", HOST}
    assert not machine.calls


@pytest.mark.parametrize(
    ("installer", "why"),
    [
        ("raise OSError('no network')", "OSError: no network"),
        ("raise subprocess.CalledProcessError(1, 'sh', b'a\\nno disk\\n')", "a; no disk"),
        ("pass", "pulumi cannot be run: No such file or directory"),
        ("import no_such_sdk", "ModuleNotFoundError: No module named 'no_such_sdk'"),
        ("raise OSError(f'{socket.getdefaulttimeout():g} s')", "OSError: 5 s"),
    ],
)
def test_without_the_official_release_the_engine_is_built(
    machine: Machine, installer: str, why: str
) -> None:
    machine.sdk_installer(installer)
    machine.go()
    assert f"engine: that failed: {why}\n" in machine.run()
    assert machine.in_place == PROGRAMS
    assert all(os.access(machine.bin / program, os.X_OK) for program in PROGRAMS)


def test_an_official_release_that_is_too_old_is_not_installed(machine: Machine) -> None:
    machine.official_release("v3.100.0")
    machine.run(code=1)
    assert not machine.bin.exists()


def test_the_build_takes_what_go_mod_pins_and_go_sum_verifies(machine: Machine) -> None:
    machine.go()
    machine.run()
    command, host, scripts = machine.calls
    assert command.startswith("cli build -mod=readonly -trimpath")
    assert f"version.Version={PINNED} " in command
    assert command.endswith("/bin/pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
    assert host.startswith("python-host build -mod=readonly -trimpath")
    assert f"version.Version={HOST_PINNED} " in host
    assert host.endswith("sdk/v3/python/cmd/pulumi-language-python")
    assert scripts.startswith("cli list -mod=readonly")


def test_with_nothing_available_one_message_names_the_remedy(machine: Machine) -> None:
    assert re.search(
        rf"\nengine: the Pulumi engine could not be installed: install Pulumi {PINNED} or newer,"
        r" or Go 1\.\S+ or newer; then try again\n$",
        machine.run(code=1),
    )
    assert not machine.bin.exists()


@pytest.mark.parametrize("step", ["on_command", "on_host"])
@pytest.mark.parametrize("before", [set(), {"pulumi", HOST}], ids=["nothing", "an outdated one"])
def test_a_failed_build_keeps_what_was_there(machine: Machine, step: str, before: set[str]) -> None:
    if before:
        machine.pulumi("v3.100.0", machine.bin)
    machine.go(**{step: "echo half > $2; echo no memory >&2; exit 1"})
    assert "engine: that failed: no memory\n" in machine.run(code=1)
    assert machine.in_place == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("step", ["on_command", "on_host"])
def test_a_build_that_is_interrupted_leaves_nothing(
    machine: Machine, step: str, how: signal.Signals
) -> None:
    machine.go(**{step: f"echo half > $2; {ENDLESS}"})
    with machine.start() as process:
        until((machine.root / "started").exists)
        process.send_signal(how)
        machine.finish(process, 128 + how)
    assert not machine.bin.exists()


def test_a_build_that_is_killed_is_removed_by_the_next_run(machine: Machine) -> None:
    machine.go(on_host=f"echo half > $2; echo $$ > {machine.root}/pid; {ENDLESS}")
    with machine.start() as process:
        until((machine.root / "started").exists)
        process.kill()
        os.kill(int((machine.root / "pid").read_text()), signal.SIGKILL)
    assert not machine.bin.exists()
    assert machine.leftovers
    machine.go()
    machine.run()
    assert machine.in_place == PROGRAMS


def test_the_second_run_does_nothing(machine: Machine) -> None:
    machine.go()
    machine.run()
    before = machine.calls, machine.bin.stat()
    machine.sdk_installer("time.sleep(60)")
    assert machine.run() == f"engine: Pulumi {PINNED} is ready\n"
    after = machine.bin.stat()
    assert machine.calls == before[0]
    assert (after.st_ino, after.st_mtime_ns) == (before[1].st_ino, before[1].st_mtime_ns)


def test_two_runs_at_once_build_once(machine: Machine) -> None:
    machine.go(on_command="sleep 0.5")
    with machine.start() as one, machine.start() as other:
        outputs = [process.communicate(timeout=30)[0] for process in (one, other)]
    assert one.returncode == other.returncode == 0
    assert len(machine.calls) == 3
    assert any("waiting for another installation" in output for output in outputs)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (f"{HOST}-exec", None),
        (HOST, "#!"),
        ("pulumi", "\0" * len(f"#!/bin/sh\necho {PINNED}\n")),
    ],
    ids=["missing", "cut short", "of another platform"],
)
def test_a_damaged_engine_is_repaired(machine: Machine, name: str, content: str | None) -> None:
    machine.go()
    machine.run()
    (machine.bin / name).unlink()
    if content is not None:
        shell_script(machine.bin / name).write_text(content)
    machine.run()
    assert len(machine.calls) == 6
    assert machine.in_place == PROGRAMS


@pytest.mark.parametrize("folder", ["cli", "python-host"])
def test_a_new_pin_installs_a_new_engine(machine: Machine, folder: str) -> None:
    machine.go(version="v3.9999.0")
    machine.run()
    go_mod = machine.engine / folder / "go.mod"
    go_mod.write_text(re.sub(r"(/(?:pkg|sdk)/v3) v\S+", r"\1 v3.9999.0", go_mod.read_text()))
    machine.run()
    assert len(machine.calls) == 6
    assert any("version.Version=v3.9999.0 " in call for call in machine.calls)


@pytest.mark.parametrize(("folder", "module"), [("cli", "sdk"), ("sdk-generator", "pkg")])
def test_the_command_its_scripts_and_the_generator_of_sdks_are_of_one_release(
    folder: str, module: str
) -> None:
    assert pin(folder, f"github.com/pulumi/pulumi/{module}/v3") == PINNED


@pytest.mark.parametrize("name", ["install.py", "README.md"])
def test_versions_are_set_in_go_mod_alone(name: str) -> None:
    assert not re.findall(r"\bv?3\.\d+\.\d+", (ENGINE / name).read_text())
