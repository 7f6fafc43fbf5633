"""Put a Pulumi engine in place: the `pulumi` command and its Python language host.

Usage: `python engine/install.py`, with a Python that has the `pulumi` package, whose installer
fetches the official release. The first of these that holds ends the search:

1. `engine/.bin` is whole, and was put there for the same pins: nothing is done.
2. A `pulumi` on the PATH is new enough and has its Python language host: nothing is installed, and
   an outdated `engine/.bin`, which would come before it, is removed.
3. The official release for this platform can be had: it becomes `engine/.bin`.
4. Go is at hand: `engine/.bin` is built from the modules in `engine/cli` and `engine/python-host`.

All versions stand in the `go.mod` files of those modules; the one of the command is also the oldest
that is accepted from elsewhere. Exit code 0: an engine is in place. 1: none could be had; the last
line, on standard error, says what to do. 128 + n: ended by signal n. POSIX systems only.
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
HOST_SCRIPTS = (f"python/cmd/{HOST}-exec", "python/dist/pulumi-resource-pulumi-python")

ANSWER_SECONDS = 30
CONNECT_SECONDS = 5
DOWNLOAD_SECONDS = 900


class SetupError(Exception):
    """A step on the way to an engine failed; the message is one line for the person who waits."""


def main() -> None:
    """Put an engine in place, or exit with the sentence that says what is missing."""
    wait_for_turn()
    for leftover in ENGINE.glob(f"{SCRATCH}*"):
        shutil.rmtree(leftover)
    if release := release_in_place() or release_on_path():
        say(f"Pulumi {release} is ready")
    elif not (install(fetch_official_release) or install(build_from_source)):
        wanted = f"Pulumi {pin('cli', CLI_MODULE)} or newer, or Go {pin('cli', 'go')} or newer"
        sys.exit(
            f"engine: no Pulumi engine could be put in place: install {wanted}; then try again"
        )


def release_in_place() -> str | None:
    """Return the release in `engine/.bin`, or None where it is not whole or not for these pins."""
    try:
        if json.loads((BIN / STAMP).read_text()) == stamp(BIN):
            return usable_release(str(BIN / COMMAND), str(BIN))
    except (OSError, ValueError, SetupError):
        pass
    return None


def release_on_path() -> str | None:
    """Return the release on the PATH, `engine/.bin` apart, or None where none there will do."""
    path = ":".join(folder for folder in os.get_exec_path() if Path(folder).resolve() != BIN)
    if (command := shutil.which(COMMAND, path=path)) is None:
        return None
    try:
        beside = f"{Path(command).parent}:{Path(command).resolve().parent}"
        release = usable_release(command, f"{beside}:{path}")
    except SetupError as error:
        say(f"the Pulumi on the PATH will not do: {error}")
        return None
    shutil.rmtree(BIN, ignore_errors=True)
    return release


def usable_release(command: str, host_path: str) -> str:
    """Run a `pulumi` and return its release, such as `v1.2.3`.

    Raises:
        SetupError: It does not run, is older than the pin, or has no host on `host_path`.
    """
    answer = run([command, "version"], {"PULUMI_SKIP_UPDATE_CHECK": "1"}, ANSWER_SECONDS)
    release, oldest = answer.strip(), pin("cli", CLI_MODULE)
    if numbers(release) < numbers(oldest):
        raise SetupError(f"it is {release}, and {oldest} or newer is needed")
    if shutil.which(HOST, path=host_path) is None:
        raise SetupError(f"it lacks {HOST}")
    return release


def install(provide: Callable[[Path], None]) -> bool:
    """Make what `provide` makes `engine/.bin`, whole or not at all; return whether that worked.

    Args:
        provide: Is given an empty directory and puts the programs into `bin` below it; raises
            `SetupError` or `OSError` to give up.
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
        say(f"that failed: {error}")
        return False
    say(f"Pulumi {release} is ready")
    return True


def fetch_official_release(scratch: Path) -> None:
    """Install the release that belongs to the `pulumi` package, in a process that can be ended."""
    say("looking for the official Pulumi release: seconds, or about 2 minutes with its download")
    fetching = [sys.executable, __file__, "--fetch", str(scratch)]
    # Without this, name servers that do not answer are asked for up to a minute.
    run(fetching, {"RES_OPTIONS": "timeout:2 attempts:1"}, DOWNLOAD_SECONDS)


def fetch(root: str) -> None:
    """Let the SDK install its release under `root`, or exit with the reason why it cannot."""
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
        raise SetupError("there is no Go on the PATH to build the engine from source")
    say("building the Pulumi engine from source: 5 to 8 minutes on 2 cores, 3.5 GB of Go caches")
    go_build("cli", CLI_MODULE, f"cmd/{COMMAND}", scratch / "bin")
    say("building its Python language host: about half a minute")
    go_build("python-host", SDK_MODULE, f"python/cmd/{HOST}", scratch / "bin")
    sources = go("cli", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE).strip()
    for script in HOST_SCRIPTS:
        copy = scratch / "bin" / Path(script).name
        shutil.copyfile(Path(sources) / script, copy)
        copy.chmod(0o755)


def go_build(folder: str, module: str, package: str, target: Path) -> None:
    """Build a package of the module that `engine/<folder>` pins, and tell it its release."""
    flags = f"-s -w -X {SDK_MODULE}/go/common/version.Version={pin(folder, module)}"
    options = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", flags]
    go(folder, "build", *options, "-o", str(target / Path(package).name), f"{module}/{package}")


def go(folder: str, *arguments: str) -> str:
    """Run Go in `engine/<folder>` and return its output; without cgo it needs no C compiler."""
    return run(["go", *arguments], {"CGO_ENABLED": "0", "GOWORK": "off"}, folder=ENGINE / folder)


def run(
    command: list[str], variables: dict[str, str], seconds: int | None = None, folder: Path = Path()
) -> str:
    """Run a program and return its standard output; whatever ends the wait ends its children too.

    It runs in `folder`, with `variables` added to the environment, for at most `seconds` (None: for
    ever). `SetupError`, with the last it said, where it cannot be run, takes too long or fails.
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
        output, complaint = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"no end within {seconds} s") from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode != 0:
        said = [line.strip() for line in (complaint or output).splitlines() if line.strip()]
        raise SetupError("; ".join(said[-2:]) or f"exit code {process.returncode}")
    return output


def pin(folder: str, name: str) -> str:
    """Return the version in `engine/<folder>/go.mod` of a module, or of `go` itself."""
    text = (ENGINE / folder / "go.mod").read_text()
    found: list[str] = re.findall(rf"^(?:require|\s)*{re.escape(name)} (\S+)", text, re.MULTILINE)
    return found[0]


def numbers(release: str) -> list[int]:
    """Return `v1.2.3` as [1, 2, 3], to compare; a pre-release counts as its release."""
    return [int(number) for number in re.findall(r"\d+", release)[:3]]


def stamp(folder: Path) -> dict[str, object]:
    """Return what tells a whole and current `engine/.bin`: the pins, and the bytes of each file."""
    pins = b"".join((ENGINE / name / "go.mod").read_bytes() for name in ("cli", "python-host"))
    sizes = {file.name: file.stat().st_size for file in folder.iterdir() if file.name != STAMP}
    return {"pins": hashlib.sha256(pins).hexdigest(), "bytes": sizes}


def wait_for_turn() -> None:
    """Lock this folder, for as long as this process lives: two set-ups at once become one."""
    folder = os.open(ENGINE, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another set-up of the engine to end")
        fcntl.flock(folder, fcntl.LOCK_EX)


def say(line: str) -> None:
    """Tell the person who waits."""
    print(f"engine: {line}", flush=True)


if __name__ == "__main__":
    # Leaving by an exception ends the children and removes what is unfinished.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    fetch(sys.argv[2]) if sys.argv[1:2] == ["--fetch"] else main()
