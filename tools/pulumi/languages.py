"""Install what stacks in other languages than Python need, for the tests and examples of these.

Usage: `python -m tools.pulumi.languages yaml nodejs go sdk`, or some of these: Pulumi's language
hosts, and its generator of SDKs. The official release of Pulumi has the hosts. What the PATH does
not have is built into `tools/pulumi/.languages`, from the modules in this folder, once for their
pins. Exit code 1: it could not be built; the last line, on standard error, says why.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tools.pulumi.install import (
    CLI_MODULE,
    ENGINE,
    SCRATCH,
    SDK_MODULE,
    SetupError,
    go_build,
    log,
    wait_for_turn,
)

BIN = ENGINE / ".languages"


class Program(NamedTuple):
    """A program: what it is, its package, and the module whose version a folder pins."""

    name: str
    what: str
    folder: str
    module: str
    package: str


PROGRAMS = {
    "yaml": Program(
        "pulumi-language-yaml",
        "Pulumi's YAML language host",
        "yaml-host",
        "github.com/pulumi/pulumi-yaml",
        "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    ),
    "nodejs": Program(
        "pulumi-language-nodejs",
        "Pulumi's Node.js language host",
        "other-hosts",
        SDK_MODULE,
        f"{SDK_MODULE}/nodejs/cmd/pulumi-language-nodejs",
    ),
    "go": Program(
        "pulumi-language-go",
        "Pulumi's Go language host",
        "other-hosts",
        SDK_MODULE,
        f"{SDK_MODULE}/go/pulumi-language-go",
    ),
    "sdk": Program(
        "generate-sdk",
        "Pulumi's generator of SDKs",
        "sdk-generator",
        CLI_MODULE,
        "tools/pulumi/sdk-generator",
    ),
}


def main() -> None:
    """Build what is not in place, or exit with the reason why not."""
    wait_for_turn()
    for name in sys.argv[1:]:
        program = PROGRAMS[name]
        try:
            install(program)
        except (SetupError, OSError) as error:
            sys.exit(f"engine: {program.what} could not be built: {error}")


def install(program: Program) -> None:
    """Build a program, unless the PATH has it or it is in place for these pins."""
    path = ":".join(folder for folder in os.get_exec_path() if Path(folder).resolve() != BIN)
    if shutil.which(program.name, path=path):
        return
    stamp = BIN / f".{program.name}-{digest(ENGINE / program.folder)}"
    if stamp.exists() and (BIN / program.name).exists():
        return
    if shutil.which("go") is None:
        raise SetupError(f"neither {program.name} nor Go is on the PATH")
    log(f"building {program.what} from source: about a minute")
    BIN.mkdir(exist_ok=True)
    for earlier in BIN.glob(f".{program.name}-*"):
        earlier.unlink()
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=ENGINE) as scratch:
        built = Path(scratch) / program.name
        go_build(program.folder, program.module, program.package, built)
        built.replace(BIN / program.name)
    stamp.touch()


def digest(folder: Path) -> str:
    """What identifies a build: the pins, and what of the program is written here."""
    sources = sorted([folder / "go.mod", *folder.rglob("*.go")])
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


if __name__ == "__main__":
    main()
