"""Install the Pulumi engine: the `pulumi` command and its Python language host.

Usage: `python tools/pulumi/install.py`, with a Python that has the `pulumi` package, whose
installer fetches the official release. The first of these that holds is taken:

1. `tools/pulumi/.bin` is complete and was installed for the same pins: nothing is done.
2. A `pulumi` on the PATH is new enough and has its Python language host: nothing is installed, and
   an outdated `tools/pulumi/.bin`, which would shadow it, is removed.
3. The official release for this platform can be downloaded: it becomes `tools/pulumi/.bin`.
4. Go is installed: `tools/pulumi/.bin` is built from the modules in `tools/pulumi/cli` and
   `tools/pulumi/python-host`.

All versions are set in the `go.mod` files of those modules; the version of the command is also the
oldest that is accepted from the PATH or the official release. Exit code 0: an engine is installed.
1: no engine could be installed; the last line, on standard error, names the remedy. 128 + n: ended
by signal n. POSIX systems only.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ENGINE = Path(__file__).resolve().parent
BIN = ENGINE / ".bin"
STAMP = "installed.json"
SCRATCH = ".build-"
COMMAND = "pulumi"
HOST = "pulumi-language-python"
CLI_MODULE = "github.com/pulumi/pulumi/pkg/v3"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
HOST_STARTS = [ENGINE / "python-host" / name for name in (HOST, f"{HOST}-plugins.py")]
HOST_SCRIPTS = (f"python/cmd/{HOST}-exec", "python/dist/pulumi-resource-pulumi-python")

QUICK = "-N -l -dwarf=false"
"""Compiler flags for what is linked in and not run here, such as the SDKs of clouds."""
OPTIMISED = (
    "std",
    "github.com/pulumi/pulumi/...",
    "github.com/golang/...",
    "github.com/opentracing/...",
    "golang.org/x/...",
    "google.golang.org/grpc/...",
    "google.golang.org/protobuf/...",
)
"""What an update of a Python program with a file backend spends its time in."""
COMMANDS = (
    "github.com/pulumi/pulumi/pkg/v3/cmd/...",
    "github.com/pulumi/pulumi/pkg/v3/codegen/...",
)
WITHOUT = "disable_grpc_modules"
"""A tag of Google's storage client: without its gRPC transport, which 135 packages are for."""
COMPILER_HEAP = "400"
"""GOGC: the compiler collects garbage less often, which saves a fifth of its time."""

VERSION_SECONDS = 30
CONNECT_SECONDS = 5
DOWNLOAD_SECONDS = 900


class SetupError(Exception):
    """A way to install the engine failed; the message is one line for the user."""


def main() -> None:
    """Install an engine, or exit with a message that names what is missing."""
    wait_for_turn()
    for leftover in ENGINE.glob(f"{SCRATCH}*"):
        shutil.rmtree(leftover)
    if release := release_in_place() or release_on_path():
        log(f"Pulumi {release} is ready")
    elif not (install(fetch_official_release) or install(build_from_source)):
        wanted = f"Pulumi {pin('cli', CLI_MODULE)} or newer, or Go {pin('cli', 'go')} or newer"
        sys.exit(
            f"engine: the Pulumi engine could not be installed: install {wanted}; then try again"
        )


def release_in_place() -> str | None:
    """Return the release in `.bin`, or None where it is incomplete or for other pins."""
    try:
        if json.loads((BIN / STAMP).read_text()) == stamp(BIN):
            return usable_release(str(BIN / COMMAND), str(BIN))
    except (OSError, ValueError, SetupError):
        pass
    return None


def release_on_path() -> str | None:
    """Return the release on the PATH outside `tools/pulumi/.bin`, or None where none is usable."""
    path = ":".join(folder for folder in os.get_exec_path() if Path(folder).resolve() != BIN)
    if (command := shutil.which(COMMAND, path=path)) is None:
        return None
    try:
        beside = f"{Path(command).parent}:{Path(command).resolve().parent}"
        release = usable_release(command, f"{beside}:{path}")
    except SetupError as error:
        log(f"the Pulumi on the PATH cannot be used: {error}")
        return None
    shutil.rmtree(BIN, ignore_errors=True)
    return release


def usable_release(command: str, host_path: str) -> str:
    """Run a `pulumi` and return its release, such as `v1.2.3`.

    Raises:
        SetupError: It does not run, is older than the pin, or has no host on `host_path`.
    """
    output = run([command, "version"], {"PULUMI_SKIP_UPDATE_CHECK": "1"}, VERSION_SECONDS)
    release, oldest = output.strip(), pin("cli", CLI_MODULE)
    if numbers(release) < numbers(oldest):
        raise SetupError(f"it is {release}, and {oldest} or newer is needed")
    if shutil.which(HOST, path=host_path) is None:
        raise SetupError(f"{HOST} is missing")
    return release


def install(provide: Callable[[Path], None]) -> bool:
    """Replace `tools/pulumi/.bin` by what `provide` makes, atomically; return whether that worked.

    Args:
        provide: Takes an empty directory and puts the programs into `bin` below it; raises
            `SetupError` or `OSError` where it fails.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=ENGINE) as scratch:
            new = Path(scratch) / "bin"
            provide(Path(scratch))
            release = usable_release(str(new / COMMAND), str(new))
            (new / STAMP).write_text(json.dumps(stamp(new), indent=2))
            if BIN.exists():
                BIN.rename(Path(scratch) / "old")
            new.rename(BIN)
    except (SetupError, OSError) as error:
        log(f"that failed: {error}")
        return False
    log(f"Pulumi {release} is ready")
    return True


def fetch_official_release(scratch: Path) -> None:
    """Install the official release of the `pulumi` package, in a process that can be killed."""
    log("looking for the official Pulumi release: seconds, or about 2 minutes with its download")
    fetching = [sys.executable, __file__, "--fetch", str(scratch)]
    # Without this, DNS servers that do not respond cost up to a minute.
    run(fetching, {"RES_OPTIONS": "timeout:2 attempts:1"}, DOWNLOAD_SECONDS)


def fetch(root: str) -> None:
    """Let the SDK install its release under `root`, or exit with the error."""
    socket.setdefaulttimeout(CONNECT_SECONDS)
    try:
        from pulumi.automation import PulumiCommand

        PulumiCommand.install(root=root)
    except subprocess.CalledProcessError as error:
        sys.exit(error.output.decode(errors="replace"))
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")


def build_from_source(scratch: Path) -> None:
    """Build both programs with Go, and copy the language host's scripts from the SDK's sources."""
    if shutil.which("go") is None:
        raise SetupError("Go is missing on the PATH, to build the engine from source")
    log("building the Pulumi engine from source: 2 to 5 minutes on 2 cores, 3 GB of Go caches")
    go_build("cli", CLI_MODULE, f"{CLI_MODULE}/cmd/{COMMAND}", scratch / "bin" / COMMAND)
    log("building its Python language host: about half a minute")
    host = scratch / "bin" / f"{HOST}-host"
    go_build("python-host", SDK_MODULE, f"{SDK_MODULE}/python/cmd/{HOST}", host)
    sources = Path(go("cli", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE).strip())
    for script in (*HOST_STARTS, *(sources / script for script in HOST_SCRIPTS)):
        copy = scratch / "bin" / script.name
        shutil.copyfile(script, copy)
        copy.chmod(0o755)


def go_build(folder: str, module: str, package: str, target: Path) -> None:
    """Build a package into the file `target`, of the version that `tools/pulumi/<folder>` pins."""
    flags = f"-s -w -X {SDK_MODULE}/go/common/version.Version={pin(folder, module)}"
    options = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-tags", WITHOUT, "-ldflags", flags]
    # The last pattern that matches a package holds.
    options += [f"-gcflags=all={QUICK}"]
    options += [f"-gcflags={pattern}=-dwarf=false" for pattern in OPTIMISED]
    options += [f"-gcflags={pattern}={QUICK}" for pattern in COMMANDS]
    go(folder, "build", *options, "-o", str(target), package)


def go(folder: str, *arguments: str) -> str:
    """Run Go in a folder beside this file and return its output; no C compiler is needed."""
    variables = {"CGO_ENABLED": "0", "GOWORK": "off", "GOGC": COMPILER_HEAP}
    return run(["go", *arguments], variables, folder=ENGINE / folder)


def run(
    command: list[str], variables: dict[str, str], seconds: int | None = None, folder: Path = Path()
) -> str:
    """Run a program and return its standard output; an exception kills its children too.

    It runs in `folder`, with `variables` added to the environment, for at most `seconds` (None: no
    limit).

    Raises:
        SetupError: It cannot be run, takes too long or fails; with the last lines of its output.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise SetupError(f"{Path(command[0]).name} cannot be run: {error.strerror}") from error
    try:
        output, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"not finished within {seconds} s") from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode != 0:
        lines = [line.strip() for line in (errors or output).splitlines() if line.strip()]
        raise SetupError("; ".join(lines[-2:]) or f"exit code {process.returncode}")
    return output


def pin(folder: str, name: str) -> str:
    """Return the version in `tools/pulumi/<folder>/go.mod` of a module, or of `go` itself."""
    text = (ENGINE / folder / "go.mod").read_text()
    found: list[str] = re.findall(rf"^(?:require|\s)*{re.escape(name)} (\S+)", text, re.MULTILINE)
    return found[0]


def numbers(release: str) -> list[int]:
    """Return `v1.2.3` as [1, 2, 3], to compare; a pre-release counts as its release."""
    return [int(number) for number in re.findall(r"\d+", release)[:3]]


def stamp(folder: Path) -> dict[str, object]:
    """Return what identifies a complete, current `.bin`: the pins and each file's size."""
    files = (ENGINE / "cli/go.mod", ENGINE / "python-host/go.mod", *HOST_STARTS)
    pins = b"".join(file.read_bytes() for file in files)
    sizes = {file.name: file.stat().st_size for file in folder.iterdir() if file.name != STAMP}
    return {"pins": hashlib.sha256(pins).hexdigest(), "bytes": sizes}


def wait_for_turn() -> None:
    """Lock this folder until this process ends, so that two runs at once install one engine."""
    folder = os.open(ENGINE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        log("waiting for another installation of the engine to end")
        fcntl.flock(folder, fcntl.LOCK_EX)


def log(line: str) -> None:
    print(f"engine: {line}", flush=True)


if __name__ == "__main__":
    # SystemExit kills the children and removes unfinished files.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    fetch(sys.argv[2]) if sys.argv[1:2] == ["--fetch"] else main()
