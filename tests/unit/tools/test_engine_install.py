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
PROGRAMS = {
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-language-python-host",
    "pulumi-resource-pulumi-python",
}
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
        for folder in ("cli", "python-host"):
            (self.engine / folder).mkdir(parents=True)
            shutil.copy(ENGINE / folder / "go.mod", self.engine / folder)
        shutil.copy(ENGINE / "install.py", self.engine)
        shutil.copy(ENGINE / "python-host/pulumi-language-python", self.engine / "python-host")
        self.bin = self.engine / ".bin"
        self.tools = root / "tools"
        self.tools.mkdir()
        self.started = root / "started"
        self.sdk_installer("raise OSError('no network')")

    def script(self, path: Path, body: str) -> None:
        shell_script(path, f"PATH=/usr/bin:/bin\n{body}")

    def pulumi(self, version: str = PINNED, folder: Path | None = None, host: bool = True) -> None:
        """Put a `pulumi` of that version on the PATH, or in `folder`."""
        folder = folder or self.tools
        self.script(folder / "pulumi", f"echo {version}")
        if host:
            self.script(folder / "pulumi-language-python", "")

    def go(self, on_command: str = ":", on_host: str = ":", version: str = PINNED) -> None:
        """Put a `go` on the PATH that logs its calls and 'builds' by writing scripts.

        `on_command` and `on_host` run before it writes `pulumi` and the language host.
        """
        sources = self.root / "sources"
        self.script(sources / "python/cmd/pulumi-language-python-exec", "")
        self.script(sources / "python/dist/pulumi-resource-pulumi-python", "")
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
        (package.parent / "__init__.py").write_text("")
        (package / "__init__.py").write_text(
            "import pathlib, shutil, socket, subprocess, time\n"
            "class PulumiCommand:\n"
            "    @classmethod\n"
            f"    def install(cls, root):\n        {body}\n"
        )

    def official_release(self, version: str, host: bool = True) -> None:
        """Let the SDK's installer find a release of that version."""
        self.pulumi(version, self.root / "official", host)
        self.sdk_installer(f"shutil.copytree({str(self.root / 'official')!r}, root + '/bin')")

    def start(self) -> subprocess.Popen[str]:
        path = {"PATH": f"{self.bin}:{self.tools}", "PYTHONPATH": str(self.root / "sdk")}
        return subprocess.Popen(
            [sys.executable, self.engine / "install.py"],
            env={**path, "STARTED": str(self.started)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run the program to its end, and check that it prints no traceback."""
        with self.start() as process:
            return self.finish(process)

    def finish(self, process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
        output, errors = process.communicate(timeout=30)
        assert "Traceback" not in output + errors
        return subprocess.CompletedProcess("", process.returncode, output, errors)

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
    def leftovers(self) -> list[Path]:
        """Files in the engine's folder that belong neither to it nor to an engine."""
        known = {"cli", "python-host", "install.py", ".bin"}
        return [path for path in self.engine.iterdir() if path.name not in known]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("version", [PINNED, "v3.9999.0", "v3.9999.0-alpha.1"])
def test_a_good_pulumi_on_the_path_is_used(machine: Machine, version: str) -> None:
    machine.pulumi(version)
    machine.go()
    run = machine.run()
    assert run.returncode == 0
    assert run.stdout == f"engine: Pulumi {version} is ready\n"
    assert not machine.bin.exists()
    assert not machine.calls


def test_the_language_host_may_be_beside_the_file_that_a_link_on_the_path_names(
    machine: Machine,
) -> None:
    machine.pulumi(folder=machine.root / "elsewhere")
    (machine.tools / "pulumi").symlink_to(machine.root / "elsewhere/pulumi")
    assert machine.run().returncode == 0
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
def test_an_unusable_pulumi_on_the_path_is_skipped(
    machine: Machine, version: str, host: bool, why: str
) -> None:
    machine.pulumi(version, host=host)
    machine.official_release("v3.9999.0")
    run = machine.run()
    assert run.returncode == 0
    assert f"engine: the Pulumi on the PATH cannot be used: {why}\n" in run.stdout
    assert machine.in_place == {"pulumi", "pulumi-language-python"}


def test_a_good_pulumi_on_the_path_removes_an_outdated_one_that_would_shadow_it(
    machine: Machine,
) -> None:
    machine.pulumi("v3.100.0", machine.bin)
    machine.pulumi()
    assert machine.run().returncode == 0
    assert not machine.bin.exists()


def test_the_official_release_comes_before_a_build(machine: Machine) -> None:
    machine.official_release("v3.9999.0")
    machine.go()
    run = machine.run()
    assert run.returncode == 0
    assert run.stdout.endswith("engine: Pulumi v3.9999.0 is ready\n")
    assert machine.in_place == {"pulumi", "pulumi-language-python"}
    assert not machine.calls
    assert not machine.leftovers


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
    run = machine.run()
    assert run.returncode == 0
    assert f"engine: that failed: {why}\n" in run.stdout
    assert machine.in_place == PROGRAMS
    assert all(os.access(machine.bin / program, os.X_OK) for program in PROGRAMS)
    assert not machine.leftovers


def test_an_official_release_that_is_too_old_is_not_installed(machine: Machine) -> None:
    machine.official_release("v3.100.0")
    assert machine.run().returncode == 1
    assert not machine.bin.exists()


def test_the_build_takes_what_go_mod_pins_and_go_sum_verifies(machine: Machine) -> None:
    machine.go()
    assert machine.run().returncode == 0
    command, host, scripts = machine.calls
    assert command.startswith("cli build -mod=readonly -trimpath")
    assert f"version.Version={PINNED} " in command
    assert command.endswith("/bin/pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
    assert host.startswith("python-host build -mod=readonly -trimpath")
    assert f"version.Version={HOST_PINNED} " in host
    assert host.endswith("sdk/v3/python/cmd/pulumi-language-python")
    assert scripts.startswith("cli list -mod=readonly")


def test_only_what_an_update_spends_its_time_in_is_optimised(machine: Machine) -> None:
    machine.go()
    assert machine.run().returncode == 0
    for build in machine.calls[:2]:
        flags = re.findall(r"-gcflags=(\S+?)=(.*?-dwarf=false)", build)
        assert flags[0] == ("all", "-N -l -dwarf=false")
        optimised = {pattern for pattern, each in flags if each == "-dwarf=false"}
        assert {"std", "github.com/pulumi/pulumi/...", "google.golang.org/grpc/..."} <= optimised
        assert not any("aws" in pattern or "Azure" in pattern for pattern in optimised)


def test_with_nothing_available_one_message_names_the_remedy(machine: Machine) -> None:
    run = machine.run()
    assert run.returncode == 1
    assert re.fullmatch(
        rf"engine: the Pulumi engine could not be installed: install Pulumi {PINNED} or newer,"
        r" or Go 1\.\S+ or newer; then try again\n",
        run.stderr,
    )
    assert not machine.bin.exists()
    assert not machine.leftovers


@pytest.mark.parametrize("step", ["on_command", "on_host"])
def test_a_build_that_fails_leaves_nothing(machine: Machine, step: str) -> None:
    machine.go(**{step: "echo half > $2; echo no memory >&2; exit 1"})
    run = machine.run()
    assert run.returncode == 1
    assert "engine: that failed: no memory\n" in run.stdout
    assert not machine.bin.exists()
    assert not machine.leftovers


def test_a_build_that_fails_keeps_what_was_there(machine: Machine) -> None:
    machine.pulumi("v3.100.0", machine.bin)
    machine.go(on_host="exit 1")
    assert machine.run().returncode == 1
    assert machine.in_place == {"pulumi", "pulumi-language-python"}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("step", ["on_command", "on_host"])
def test_a_build_that_is_interrupted_leaves_nothing(
    machine: Machine, step: str, how: signal.Signals
) -> None:
    machine.go(**{step: f"echo half > $2; {ENDLESS}"})
    with machine.start() as process:
        until(machine.started.exists)
        process.send_signal(how)
        assert machine.finish(process).returncode == 128 + how
    assert not machine.bin.exists()
    assert not machine.leftovers


def test_a_build_that_is_killed_is_removed_by_the_next_run(machine: Machine) -> None:
    machine.go(on_host=f"echo half > $2; echo $$ > {machine.root}/pid; {ENDLESS}")
    with machine.start() as process:
        until(machine.started.exists)
        process.kill()
        os.kill(int((machine.root / "pid").read_text()), signal.SIGKILL)
    assert not machine.bin.exists()
    assert machine.leftovers
    machine.go()
    assert machine.run().returncode == 0
    assert machine.in_place == PROGRAMS
    assert not machine.leftovers


def test_the_second_run_does_nothing(machine: Machine) -> None:
    def done() -> tuple[list[str], int, int]:
        folder = machine.bin.stat()
        return machine.calls, folder.st_ino, folder.st_mtime_ns

    machine.go()
    machine.run()
    before = done()
    machine.sdk_installer("time.sleep(60)")
    run = machine.run()
    assert (run.returncode, run.stdout) == (0, f"engine: Pulumi {PINNED} is ready\n")
    assert done() == before


def test_two_runs_at_once_build_once(machine: Machine) -> None:
    machine.go(on_command="sleep 0.5")
    with machine.start() as one, machine.start() as other:
        outputs = [process.communicate(timeout=30)[0] for process in (one, other)]
    assert one.returncode == other.returncode == 0
    assert len(machine.calls) == 3
    assert any("waiting for another installation" in output for output in outputs)


@pytest.mark.parametrize("damage", ["missing", "cut short", "of another platform"])
def test_a_damaged_engine_is_repaired(machine: Machine, damage: str) -> None:
    machine.go()
    machine.run()
    program = machine.bin / "pulumi"
    if damage == "missing":
        (machine.bin / "pulumi-language-python-exec").unlink()
    elif damage == "cut short":
        (machine.bin / "pulumi-language-python").write_text("#!")
    else:
        program.write_bytes(b"\0" * program.stat().st_size)
    assert machine.run().returncode == 0
    assert len(machine.calls) == 6
    assert machine.in_place == PROGRAMS


@pytest.mark.parametrize("folder", ["cli", "python-host"])
def test_a_new_pin_installs_a_new_engine(machine: Machine, folder: str) -> None:
    machine.go(version="v3.9999.0")
    machine.run()
    go_mod = machine.engine / folder / "go.mod"
    go_mod.write_text(re.sub(r"(/(?:pkg|sdk)/v3) v\S+", r"\1 v3.9999.0", go_mod.read_text()))
    assert machine.run().returncode == 0
    assert len(machine.calls) == 6
    assert any("version.Version=v3.9999.0 " in call for call in machine.calls)


def test_the_command_and_the_scripts_are_of_one_release() -> None:
    assert pin("cli", "github.com/pulumi/pulumi/sdk/v3") == PINNED


@pytest.mark.parametrize("name", ["install.py", "README.md"])
def test_versions_are_set_in_go_mod_alone(name: str) -> None:
    assert not re.findall(r"\bv?3\.\d+\.\d+", (ENGINE / name).read_text())


def test_the_generator_of_sdks_is_that_of_the_command() -> None:
    assert pin("sdk-generator", "github.com/pulumi/pulumi/pkg/v3") == PINNED
